/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

/**
 * What a server says of itself when a connection begins. It is for people only: what a server can
 * do shows in its tools, since one of these servers calls itself something else.
 *
 * @param name of the server, at most 200 characters
 * @param version of the server, at most 200 characters
 * @param protocolVersion of MCP that both sides speak
 * @param initialisationMillis how long it took, measured from the start of the process or of the
 *     dialling to the server's introduction
 */
public record ServerFacts(
    String name, String version, String protocolVersion, long initialisationMillis) {
  private static final int MOST_NAME = 200;

  /** Cuts what is too long, and makes one line of it. */
  public ServerFacts {
    name = cut(name);
    version = cut(version);
    protocolVersion = cut(protocolVersion);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= MOST_NAME ? line : line.substring(0, MOST_NAME);
  }
}
