# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Finds a JDK. Source this file, then:
#
#   find_jdk    sets and exports JAVA_HOME to a JDK of version 25 or newer; where there is none it
#               says what to install and ends the script with code 2
#
# It reads the "release" file of each candidate, so that it takes milliseconds.

JDK_NEEDED=25

# jdk_fits DIR: whether DIR is a JDK (with a compiler) that is new enough.
jdk_fits() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 1
  jdk_version=
  if [ -r "$1/release" ]; then
    while IFS='=' read -r jdk_key jdk_value; do
      if [ "$jdk_key" = JAVA_VERSION ]; then
        jdk_version=$jdk_value
      fi
    done <"$1/release"
  else
    jdk_version=$("$1/bin/javac" -version 2>/dev/null) || return 1
    jdk_version=${jdk_version#javac }
  fi
  jdk_version=${jdk_version#\"}
  jdk_version=${jdk_version%%[!0-9]*}
  [ -n "$jdk_version" ] && [ "$jdk_version" -ge "$JDK_NEEDED" ]
}

# jdk_on_path: prints the home of the javac on PATH, if there is one.
jdk_on_path() {
  jdk_javac=$(command -v javac) || return 0
  jdk_javac=$(readlink -f "$jdk_javac" 2>/dev/null) || return 0
  dirname "$(dirname "$jdk_javac")"
}

# jdk_candidates: prints folders that may hold a JDK, one a line, best first.
jdk_candidates() {
  printf '%s\n' "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/*
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$JDK_NEEDED+" 2>/dev/null || :
  fi
  jdk_on_path
}

find_jdk() {
  if [ -n "${STARLING_JAVA_HOME:-}" ]; then
    if jdk_fits "$STARLING_JAVA_HOME"; then
      JAVA_HOME=$STARLING_JAVA_HOME
      export JAVA_HOME
      return 0
    fi
    echo "starling: STARLING_JAVA_HOME is $STARLING_JAVA_HOME, expected the folder of a JDK $JDK_NEEDED or newer" >&2
    exit 2
  fi
  jdk_found=$(
    jdk_candidates | while IFS= read -r jdk_dir; do
      if [ -n "$jdk_dir" ] && jdk_fits "$jdk_dir"; then
        printf '%s\n' "$jdk_dir"
        break
      fi
    done
  )
  if [ -z "$jdk_found" ]; then
    {
      echo "starling: no JDK $JDK_NEEDED or newer found. Install one, for instance:"
      echo "  Debian, Ubuntu  apt-get install openjdk-$JDK_NEEDED-jdk-headless, or a build from https://adoptium.net"
      echo "  macOS           brew install openjdk@$JDK_NEEDED"
      echo "  anywhere        https://sdkman.io, then: sdk install java"
      echo "If it is there already, say where: STARLING_JAVA_HOME=/path/to/jdk"
    } >&2
    exit 2
  fi
  JAVA_HOME=$jdk_found
  export JAVA_HOME
}
