/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway.socket;

/**
 * A frame as it came, without its mask.
 *
 * @param last whether its message ends with it
 * @param compressed whether the message that it begins is compressed (RFC 7692, 6)
 * @param payload not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // Frames are handed on, never compared.
public record Frame(FrameType type, boolean last, boolean compressed, byte[] payload) {}
