# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Builds what scripts/starling runs. Source it with ROOT (the repository) and JAVA_HOME set, then:
#
#   ensure_built        builds when something is missing or stale; returns 1 when that failed,
#                       exits with 2 where the person has to change something first
#   ensure_cache        trains the start-up cache of the distribution, where there is none and
#                       where it can be written
#   in_use DIR          writes down that this process, or what it becomes, runs a distribution
#   distribution        prints the folder of the newest distribution, which holds lib/*.jar
#   class_path DIR      prints the class path of a distribution
#   node_flags          prints the JVM flags of a node, one word each
#   with_lock COMMAND   runs a function while no other script builds
#   begin_build, end_build   around a build by other means that makes a distribution
#
# A build is stale when a file or folder that goes into it is newer than the moment the last
# successful build began. Builds by hand (mvn package) are not trusted: they may have left modules out.

BUILD_STATE=$ROOT/target/starling
BUILD_OUTPUT=$ROOT/modules/node/target/starling

say() {
  echo "starling: $*" >&2
}

distribution() {
  [ -r "$BUILD_OUTPUT/current" ] || return 1
  build_name=
  read -r build_name <"$BUILD_OUTPUT/current" || :
  [ -n "$build_name" ] && [ -d "$BUILD_OUTPUT/$build_name/lib" ] || return 1
  printf '%s\n' "$BUILD_OUTPUT/$build_name"
}

# is_stale: whether there is something to build. Folders count too, so that deletions are seen.
is_stale() {
  [ -f "$BUILD_STATE/stamp" ] && distribution >/dev/null || return 0
  build_newer=$(
    cd "$ROOT" || exit 1
    set -- pom.xml .mvn conf docs/openapi.yaml docs/asyncapi.yaml
    for build_module in modules/*; do
      case $build_module in
        modules/acceptance | modules/bench) continue ;;
      esac
      set -- "$@" "$build_module/pom.xml"
      if [ -d "$build_module/src/main" ]; then
        set -- "$@" "$build_module/src/main"
      fi
      if [ -d "$build_module/client" ]; then
        set -- "$@" "$build_module/client"
      fi
    done
    find "$@" -name node_modules -prune -o -newer "$BUILD_STATE/stamp" -print 2>/dev/null | head -n 1
  )
  [ -n "$build_newer" ]
}

# with_lock COMMAND: one script at a time. A lock whose owner died is free again.
with_lock() {
  mkdir -p "$BUILD_STATE"
  if command -v flock >/dev/null 2>&1 && [ -z "${BUILD_WITHOUT_FLOCK:-}" ]; then
    (
      if ! flock -n 9; then
        say "another process is building, waiting for it"
        flock 9
      fi
      "$1"
    ) 9>"$BUILD_STATE/lock"
  else
    (
      lock_folder "$BUILD_STATE/lock.d"
      trap 'rm -rf "$BUILD_STATE/lock.d"' EXIT
      trap 'exit 130' INT
      trap 'exit 143' TERM
      "$1"
    )
  fi
}

# lock_folder DIR: makes DIR, or waits until whoever made it has removed it or died.
lock_folder() {
  lock_told=
  lock_empty=0
  until mkdir "$1" 2>/dev/null; do
    if [ -z "$lock_told" ]; then
      say "another process is building, waiting for it"
      lock_told=yes
    fi
    lock_owner=
    read -r lock_owner 2>/dev/null <"$1/pid" || :
    if [ -z "$lock_owner" ]; then
      lock_empty=$((lock_empty + 1))
    else
      lock_empty=0
    fi
    if [ "$lock_empty" -gt 20 ] || { [ -n "$lock_owner" ] && ! kill -0 "$lock_owner" 2>/dev/null; }; then
      # Only one of those that wait can rename it; what it renamed may be a new owner's by now.
      if mv "$1" "$1.$$" 2>/dev/null; then
        lock_moved=
        read -r lock_moved 2>/dev/null <"$1.$$/pid" || :
        if [ "$lock_moved" = "$lock_owner" ] || ! mv "$1.$$" "$1" 2>/dev/null; then
          rm -rf "$1.$$"
        fi
      fi
      continue
    fi
    sleep 0.25
  done
  # $$ is the script's process, which outlives this subshell.
  echo $$ >"$1/pid"
}

begin_build() {
  mkdir -p "$BUILD_STATE"
  : >"$BUILD_STATE/begun"
}

end_build() {
  mv "$BUILD_STATE/begun" "$BUILD_STATE/stamp"
  prune_distributions
}

# A later build keeps the folder for as long as the process lives. Only housekeeping: where the
# folder cannot be written, the node runs all the same. In a subshell, which a failing
# redirection of a special built-in ends.
in_use() {
  (: >"$1/pid.$$") 2>/dev/null || :
}

# Removes distributions that no running node started from; each start leaves its process id there.
prune_distributions() {
  build_current=$(distribution) || return 0
  for build_old in "$BUILD_OUTPUT"/*/; do
    build_old=${build_old%/}
    [ "$build_old" != "$build_current" ] || continue
    # Newer than the current one: being made right now.
    [ -z "$(find "$build_old" -prune -newer "$BUILD_OUTPUT/current")" ] || continue
    build_used=
    for build_pid in "$build_old"/pid.*; do
      if [ -e "$build_pid" ] && kill -0 "${build_pid##*.}" 2>/dev/null; then
        build_used=yes
      fi
    done
    [ -n "$build_used" ] || rm -rf "$build_old"
  done
}

# The commit that is built, for --version.
build_commit() {
  git -C "$ROOT" describe --always --dirty --abbrev=10 --exclude='*' 2>/dev/null || :
}

need_maven() {
  command -v mvn >/dev/null 2>&1 && return 0
  {
    echo "starling: building needs Maven 3.8.7 or newer, and there is no mvn on the PATH. Install it, for instance:"
    echo "  Debian, Ubuntu  apt-get install maven"
    echo "  macOS           brew install maven"
    echo "  anywhere        https://maven.apache.org/download.cgi"
  } >&2
  exit 2
}

# Leaves the file asked.$$, by which build_now knows a failure that is newer than the question.
need_writable() {
  if mkdir -p "$BUILD_STATE" "$BUILD_OUTPUT" 2>/dev/null && [ -w "$BUILD_OUTPUT" ] &&
    (: >>"$BUILD_STATE/lock" && : >"$BUILD_STATE/asked.$$") 2>/dev/null; then
    return 0
  fi
  build_why="is not built"
  if [ -f "$BUILD_STATE/stamp" ] && distribution >/dev/null; then
    build_why="has changed since it was built"
  fi
  say "$ROOT $build_why, and the user $(id -un 2>/dev/null || id -u) cannot write there;" \
    "build it once as one who can: $ROOT/scripts/starling --version"
  exit 2
}

build_failed() {
  say "the build failed, see $BUILD_STATE/build.log:"
  if grep -q '^\[ERROR\]' "$BUILD_STATE/build.log"; then
    grep -E '^\[ERROR\] [^ ]|^ ' "$BUILD_STATE/build.log" |
      grep -Ev 'Help 1|Re-run|full stack trace|For more|After corr|mvn <' | awk '!seen[$0]++' |
      head -n 25 >&2
  else
    tail -n 25 "$BUILD_STATE/build.log" >&2
  fi
  return 1
}

build_now() {
  is_stale || return 0
  if [ -n "$(find "$BUILD_STATE/failed" -newer "$BUILD_STATE/asked.$$" 2>/dev/null)" ]; then
    build_failed
    return 1
  fi
  if [ -f "$BUILD_STATE/stamp" ]; then
    say "building what has changed..."
  else
    say "building Starling (the first time takes a minute or two)..."
  fi
  build_start=$(date +%s)
  begin_build
  if ! (cd "$ROOT" && mvn -B -ntp -q -pl modules/node -am package -Dmaven.test.skip=true \
    -Dformat.skip=true "-Dstarling.commit=$(build_commit)") \
    >"$BUILD_STATE/build.log" 2>&1 </dev/null; then
    : >"$BUILD_STATE/failed"
    build_failed
    return 1
  fi
  end_build
  say "built in $(($(date +%s) - build_start)) s"
}

ensure_built() {
  is_stale || return 0
  need_writable
  need_maven
  build_result=0
  with_lock build_now || build_result=$?
  rm -f "$BUILD_STATE/asked.$$"
  return "$build_result"
}

# class_path DIR: in a fixed order, which the start-up cache depends on.
class_path() {
  build_path=
  for build_jar in "$1"/lib/*.jar; do
    build_path=$build_path${build_path:+:}$build_jar
  done
  printf '%s\n' "$build_path"
}

# The flags of a node:
#   the Vector API for the similarity kernels, and what Hazelcast and Netty reach into;
#   the JVM's own warnings on standard error, since standard output has the ready line;
#   the serial collector on up to two cores (its pauses are as short there, and it takes no core
#   and no barriers away from routing; more cores get G1), unless STARLING_JAVA_OPTS names one;
#   an end instead of a limp when memory is out. The heap is the JVM's default, a quarter of memory.
node_flags() {
  echo --add-modules jdk.incubator.vector
  echo --add-exports java.base/jdk.internal.ref=ALL-UNNAMED
  echo --add-opens java.base/java.lang=ALL-UNNAMED
  echo --add-opens java.base/sun.nio.ch=ALL-UNNAMED
  echo --add-opens java.management/sun.management=ALL-UNNAMED
  echo --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED
  echo --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
  echo -Xlog:disable -Xlog:all=warning,aot*=off,cds*=off:stderr
  echo -XX:+ExitOnOutOfMemoryError
  # What compiling has used goes back to the system too.
  echo -XX:TrimNativeHeapInterval=10000
  # Objects of a session are many and small: a twelfth less of them.
  echo -XX:+UseCompactObjectHeaders
  case "${STARLING_JAVA_OPTS:-}" in
    *-XX:+Use*GC*) ;;
    *)
      if [ "$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 4)" -le 2 ]; then
        echo -XX:+UseSerialGC
        # Memory goes with what lives: the young generation is as large on an idle node as on a
        # busy one, the old one grows as it must, and what a collection of the whole heap finds
        # free goes back to the system. Loading classes is no cause for such a collection.
        echo -Xms80m -Xmn64m -XX:MinHeapFreeRatio=5 -XX:MaxHeapFreeRatio=10 -XX:-ShrinkHeapInSteps
        echo -XX:MetaspaceSize=128m
      fi
      ;;
  esac
}

# cache_of DIR: where the start-up cache of a distribution for this JDK is.
cache_of() {
  build_jdk=$(cksum <"$JAVA_HOME/release" 2>/dev/null) || build_jdk=0
  printf '%s\n' "$1/start-${build_jdk%% *}.aot"
}

# Runs a node to the ready line and ends it; the JVM writes down what it loaded and linked, which
# halves the next start. Nothing depends on it: without the file, or with an unfit one, the JVM
# starts as usual. The marker keeps a machine where this fails from trying at each start.
train_cache() {
  cache_folder=$(distribution) || return 0
  cache_file=$(cache_of "$cache_folder")
  [ ! -e "$cache_file.tried" ] || return 0
  : >"$cache_file.tried"
  say "preparing fast starts (once for this build, a few seconds)..."
  : >"$BUILD_STATE/training.out"
  cache_port=$((20000 + $$ % 10000))
  # shellcheck disable=SC2046 # one word each
  env -i PATH="$PATH" HOME="${HOME:-/}" "$JAVA_HOME/bin/java" "-XX:AOTCacheOutput=$cache_file.new" \
    $(node_flags) -cp "$(class_path "$cache_folder")" dev.starling.node.Main up \
    --http-port 0 --agent-port 0 --cluster-port "$cache_port" --join "127.0.0.1:$cache_port" \
    --set node.drain-timeout=1s \
    >"$BUILD_STATE/training.out" 2>"$BUILD_STATE/training.log" </dev/null 9>&- &
  cache_pid=$!
  cache_waits=0
  while kill -0 "$cache_pid" 2>/dev/null && [ "$cache_waits" -lt 800 ]; do
    if [ "$cache_waits" -lt 500 ] && grep -q '^starling ready' "$BUILD_STATE/training.out"; then
      kill -TERM "$cache_pid" 2>/dev/null || :
      cache_waits=500
    fi
    sleep 0.1
    cache_waits=$((cache_waits + 1))
  done
  kill -KILL "$cache_pid" 2>/dev/null || :
  if wait "$cache_pid" 2>/dev/null && [ -s "$cache_file.new" ]; then
    mv "$cache_file.new" "$cache_file"
  else
    rm -f "$cache_file.new" "$cache_file.new.config"
  fi
}

ensure_cache() {
  cache_folder=$(distribution) || return 0
  [ ! -e "$(cache_of "$cache_folder").tried" ] || return 0
  if [ -w "$cache_folder" ] && [ -w "$BUILD_STATE" ] && (: >>"$BUILD_STATE/lock") 2>/dev/null; then
    with_lock train_cache || :
  fi
}
