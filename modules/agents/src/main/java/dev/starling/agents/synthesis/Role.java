/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.synthesis;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What an agent of the mesh's own is for: the kind that it is spawned by, and what it is about. */
public enum Role {
  /** Finds out. */
  RESEARCHER(
      "research findings, evidence, sources, experiments and what follows from them",
      "research",
      "evidence"),
  /** Writes programs. */
  CODER(
      "writing and changing source code, functions, bugs and how they are mended",
      "code",
      "debugging"),
  /** Looks into figures. */
  ANALYST(
      "data analysis, statistics, metrics, trends and unusual measurements",
      "analysis",
      "statistics"),
  /** Designs systems. */
  ARCHITECT(
      "software architecture, system design, components, interfaces and trade-offs",
      "design",
      "architecture"),
  /** Tries whether it holds. */
  TESTER(
      "testing, failing tests, coverage, reproducing defects and regressions",
      "testing",
      "verification"),
  /** Judges what others did. */
  REVIEWER(
      "reviewing code and documents, risks, quality problems and suggestions", "review", "quality"),
  /** Makes things faster. */
  OPTIMIZER(
      "performance, latency, memory and throughput problems and how to make things faster",
      "performance",
      "profiling"),
  /** Explains. */
  DOCUMENTER(
      "documentation, explanations, guides, examples and release notes",
      "documentation",
      "writing"),
  /** Keeps others together. */
  COORDINATOR(
      "planning work, dependencies between tasks, status, priorities and who does what",
      "planning",
      "coordination");

  private final String about;
  private final String capability;
  private final String other;

  Role(String about, String capability, String other) {
    this.about = about;
    this.capability = capability;
    this.other = other;
  }

  /** The kind that such an agent is spawned by. */
  public String kind() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of a kind. */
  public static Optional<Role> of(String kind) {
    return Arrays.stream(values()).filter(role -> role.kind().equals(kind)).findFirst();
  }

  /** What it is about, in words. */
  public String about() {
    return about;
  }

  /** What it can do. */
  public String[] capabilities() {
    return new String[] {capability, other};
  }
}
