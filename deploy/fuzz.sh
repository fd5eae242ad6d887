#!/bin/bash
# Builds the fuzz targets with libFuzzer and runs them.
set -euo pipefail

usage() {
  cat <<'END'
usage: deploy/fuzz.sh [--seconds N] [--jobs N] [TARGET...]

Runs each target (all of tests/fuzz unless some are named) for N seconds, 60
unless told, under AddressSanitizer and UndefinedBehaviorSanitizer. New inputs
are kept in build/fuzz/corpus/TARGET and used again. An input that fails is
left in build/fuzz/found and fails the run: put a copy into
tests/fuzz/corpus/TARGET with the fix, and every test run tries it again.

  --seconds N  for each target
  --jobs N     how much to do at once; as many as there are processors unless
               told
END
}

seconds=60
jobs=$(nproc)
targets=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --seconds) seconds=${2:?--seconds needs a number}; shift ;;
    --jobs) jobs=${2:?--jobs needs a number}; shift ;;
    --help|-h) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) targets+=("$1") ;;
  esac
  shift
done

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly source=tests/fuzz built=build/fuzz/tests/fuzz
readonly work=build/fuzz/corpus found=build/fuzz/found log=build/log
if [[ ${#targets[@]} -eq 0 ]]; then
  mapfile -t targets < <(
    find "$source" -name '*_fuzz.cc' -printf '%f\n' | sed 's/_fuzz\.cc$//' |
      sort)
fi
for target in "${targets[@]}"; do
  if [[ ! -f $source/${target}_fuzz.cc ]]; then
    echo "fuzz: there is no target '$target' in $source" >&2
    exit 2
  fi
done

deploy/install-dependencies.sh build test
mkdir -p "$log" "$found"
echo "fuzz: building; the log is $log/fuzz-build.log"
{ cmake --preset fuzz &&
    cmake --build --preset fuzz -j "$jobs"; } >"$log/fuzz-build.log" 2>&1 || {
  tail -n 40 "$log/fuzz-build.log" >&2
  exit 1
}

# fuzz TARGET  runs one target and says in one line what came of it.
fuzz() {
  local target=$1 output=$log/fuzz-$1.log arguments=()
  mkdir -p "$work/$target/seeds"
  [[ ! -s $source/$target.dict ]] ||
    arguments+=("-dict=$source/$target.dict")
  [[ ! -d $source/corpus/$target ]] || arguments+=("$source/corpus/$target")
  if CONSILIUM_FUZZ_SEEDS=$work/$target/seeds \
      "$built/fuzz_$target" -max_total_time="$seconds" -timeout=25 \
      -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 \
      -artifact_prefix="$found/$target-" "$work/$target" \
      "$work/$target/seeds" "${arguments[@]}" >"$output" 2>&1 </dev/null; then
    echo "fuzz: $target: $(sed -n 's/^stat::number_of_executed_units: *//p' \
      "$output") inputs tried, $(find "$work/$target" -type f | wc -l) kept"
    return 0
  fi
  grep -a -m 1 -A 12 -E 'does not hold|ERROR: |runtime error' "$output" ||
    tail -n 20 "$output"
  echo "fuzz: $target: FAILED; the input is in $found, the log is $output"
  return 1
}
export -f fuzz
export source built work found log seconds

printf '%s\n' "${targets[@]}" |
  xargs -P "$jobs" -I {} bash -c 'fuzz {}'
