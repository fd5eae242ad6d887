#!/bin/bash
# Shows Consilium at work on this machine: three institutions, one body of
# evidence.
set -euo pipefail

usage() {
  cat <<'END'
usage: deploy/demo.sh [--check] [--keep] [--dir DIR] [--build-dir DIR]

Builds Consilium, then runs the servers of three institutions, lets them enter
and edit evidence apart, brings them together, settles a conflict, takes a
snapshot and writes the evidence as a page. Stops the servers at the end.

  --check          say less, and exit with 1 unless every claim holds
  --keep           leave the servers running, and say how to go on
  --dir DIR        keep everything there, summary.json and evidence.html too
  --build-dir DIR  use the programs of this build instead of building; so does
                   the environment variable CONSILIUM_BUILD_DIR
END
}

build_dir=${CONSILIUM_BUILD_DIR:-}
arguments=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --check|--keep) arguments+=("$1") ;;
    --dir) arguments+=("$1" "$(realpath -m "${2:?--dir needs a folder}")"); shift ;;
    --build-dir) build_dir=${2:?--build-dir needs a folder}; shift ;;
    --help|-h) usage; exit 0 ;;
    *) echo "unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
[[ -z "$build_dir" ]] || build_dir=$(realpath -m "$build_dir")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Builds with a line now and then; on a terminal with Ninja's own progress.
build() {
  local log=$PWD/build/demo-build.log
  mkdir -p build
  cmake --preset release >"$log" 2>&1 || { cat "$log"; return 1; }
  echo "building the release preset; the first time this takes some minutes"
  if [[ -t 1 ]]; then
    cmake --build "$1" --target consilium consiliumd
    return
  fi
  cmake --build "$1" --target consilium consiliumd |
    awk -v log_file="$log" '
      { print > log_file }
      /^\[/ && ++lines % 50 == 0 { print substr($0, 1, 70); fflush() }
    ' || { tail -n 40 "$log"; return 1; }
}

if [[ -z "$build_dir" ]]; then
  build_dir=$PWD/build/release
  deploy/install-dependencies.sh build
  build "$build_dir"
fi

exec python3 deploy/demo/demo.py --build-dir "$build_dir" "${arguments[@]}"
