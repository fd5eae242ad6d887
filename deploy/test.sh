#!/bin/bash
# Builds Consilium from nothing and runs every test.
set -uo pipefail

usage() {
  cat <<'END'
usage: deploy/test.sh [--quick] [--preset NAME] [--tidy|--tidy-libraries]
                      [--jobs N]

Installs what is missing, checks the sources, builds the release, runs every
test on it, and ends with one line that says PASSED or FAILED.

  --quick        unit tests only, of a build without optimization
  --preset NAME  build and test this preset of CMakePresets.json instead of
                 release: dev, clang-dev, asan (AddressSanitizer and
                 UndefinedBehaviorSanitizer), tsan (ThreadSanitizer, and only
                 the tests with the label `threads`)
  --tidy         clang-tidy and Clang's thread-safety analysis as well, which
                 take longer than everything else
  --tidy-libraries
                 the same without the tests' own sources, which take three
                 quarters of the time
  --jobs N       how much to do at once; as many as there are processors
                 unless told
END
}

# How often a long step says how far it is.
readonly PROGRESS_SECONDS=20
readonly BUF=build/tools/node_modules/.bin/buf
# What comes from npm: buf lints the schema; the others look at a review's page
# in Chromium. These are the last that Debian's Node.js runs.
readonly NPM_TOOLS=(
  @bufbuild/buf@1.75.0 axe-core@4.14.1 html-validate@9.7.1
  puppeteer-core@24.43.1
)

preset=release
tidy=no
jobs=$(nproc)
ctest_arguments=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --quick) preset=dev; ctest_arguments+=(--label-exclude 'e2e|interop|slow') ;;
    --preset) preset=${2:?--preset needs a name}; shift ;;
    --tidy) tidy=yes ;;
    --tidy-libraries) tidy=libraries ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    --help|-h) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
readonly logs=$PWD/build/log
mkdir -p "$logs"
failures=()
skipped=()

elapsed() { printf '%d:%02d' $((SECONDS / 60)) $((SECONDS % 60)); }
say() { echo "[$(elapsed)] $*"; }

# run_step NAME COMMAND...  runs the command with its output in a log, says how
# far it is now and then, and shows the end of the log when it fails.
run_step() {
  local name=$1 log=$logs/$1.log pid next_report=$((SECONDS + PROGRESS_SECONDS))
  shift
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS >= next_report)); then
      say "  $name: $(grep -a '^\[' "$log" | tail -n 1 | cut -c 1-100)"
      next_report=$((SECONDS + PROGRESS_SECONDS))
    fi
  done
  if wait "$pid"; then
    say "  $name: ok"
    return 0
  fi
  show_failure "$log"
  say "  $name: FAILED"
  failures+=("$name")
  return 1
}

# The lines around each error, or the end of a log that names none.
show_failure() {
  grep -a -B 1 -A 6 -E 'error:|FAILED:' "$1" | head -n 120 | grep . ||
    tail -n 60 "$1"
}

our_sources() {
  find proto/base storage client server tests -name "*.$1" | sort
}

# True when every one of NPM_TOOLS is there in its version.
has_npm_tools() {
  local tool
  for tool in "${NPM_TOOLS[@]}"; do
    grep -qsF "\"version\": \"${tool##*@}\"" \
      "build/tools/node_modules/${tool%@*}/package.json" || return 1
  done
}

# Fetches them unless they are there already; all at once, since npm removes
# what it is not told of.
fetch_npm_tools() {
  ! has_npm_tools || return 0
  mkdir -p build/tools
  npm install --no-save --no-package-lock --no-fund --no-audit \
    --prefix build/tools "${NPM_TOOLS[@]}" >"$logs/npm-fetch.log" 2>&1 </dev/null
}

# promtool, out of Debian's package without installing it: that would start a
# Prometheus on this machine.
fetch_promtool() {
  local target=build/tools/prometheus folder
  [[ ! -x $target/usr/bin/promtool ]] || return 0
  folder=$(mktemp -d) || return 1
  (
    chmod 755 "$folder" && cd "$folder" && apt-get download prometheus &&
      dpkg-deb --extract prometheus_*.deb tree
  ) >"$logs/promtool-fetch.log" 2>&1 </dev/null &&
    install -D "$folder/tree/usr/bin/promtool" "$target/usr/bin/promtool"
  local result=$?
  rm -rf "$folder"
  return $result
}

check_format() {
  { our_sources h; our_sources cc; } |
    xargs clang-format --dry-run -Werror
}

build() {
  cmake --preset "$preset" && cmake --build --preset "$preset" -j "$jobs"
}

# One line a file, numbered, so that run_step can say how far it is.
number_lines() {
  awk '{ lines[NR] = $0 }
       END { for (i = 1; i <= NR; i++) print "[" i "/" NR "]", lines[i] }'
}

# What the compiler is given, except for generated code: the files that a
# folder compiles together are one unit.
list_units() {
  local left_out=(-e /build/tidy/proto/CMakeFiles/)
  [[ $tidy != libraries ]] || left_out+=(-e /tests/)
  sed -n 's/^  "file": "\(.*\)"$/\1/p' build/tidy/compile_commands.json |
    grep -v "${left_out[@]}" |
    grep -e /Unity/ -e "^$PWD/[^b]"
}

run_tidy() {
  cmake --preset tidy && cmake --build --preset tidy -j "$jobs" || return 1
  list_units | number_lines |
    xargs -L 1 -P "$jobs" bash -c \
      'echo "$0 $1"; clang-tidy --quiet -p build/tidy "$1"'
}

verdict() {
  if [[ ${#failures[@]} -gt 0 ]]; then
    say "FAILED: ${failures[*]}; the logs are in build/log"
    exit 1
  fi
  if [[ ${#skipped[@]} -gt 0 ]]; then
    say "PASSED, but not run: ${skipped[*]}"
  else
    say "PASSED"
  fi
  exit 0
}

say "1/4 dependencies"
if ! deploy/install-dependencies.sh build test; then
  failures+=(dependencies)
  verdict
fi

say "2/4 checks of the sources"
if fetch_npm_tools; then
  run_step buf-lint "$BUF" lint
else
  say "  the tools of npm cannot be fetched; see build/log/npm-fetch.log"
  skipped+=(buf-lint "the page in a browser")
fi
run_step clang-format check_format

if ! fetch_promtool; then
  say "  promtool cannot be fetched by apt-get download; see build/log/promtool-fetch.log"
  skipped+=(promtool)
fi

say "3/4 build of preset $preset"
if run_step build build; then
  say "4/4 tests"
  ctest --preset "$preset" --parallel "$jobs" --no-tests=error \
    --output-junit "$logs/tests.xml" "${ctest_arguments[@]}" </dev/null ||
    failures+=(tests)
fi

if [[ $tidy != no ]]; then
  say "clang-tidy and thread-safety analysis"
  run_step clang-tidy run_tidy
fi

verdict
