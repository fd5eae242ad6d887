#!/bin/bash
# Measures Consilium on this machine against yardsticks of the same run.
set -euo pipefail

usage() {
  cat <<'END'
usage: deploy/bench.sh [--quick] [--million] [--only NAME] [--build-dir DIR]
                       [--dir DIR] [-- OPTIONS]

Builds the release preset, then prints one table: figures, what a yardstick
does in the same run, and the ratio of the two. Nothing fails for a time.

  --quick          few records and one round, to see that everything runs
  --million        shows growth at 100,000 and 1,000,000 records instead of
                   10,000 and 100,000: some ten minutes, and 2 GB of disk
  --only NAME      one part: calls, loading, sync, edits, scale, replicas,
                   synthesis
  --build-dir DIR  use the programs of this build instead of building
  --dir DIR        write there instead of below build/bench; wants a local disk
  -- OPTIONS       for consilium_bench, which `--help` behind it explains
END
}

build_dir=
dir=
options=()
while [[ $# -gt 0 ]]; do
  case "$1" in
    --quick) options+=(--rounds 1 --records 600 --calls 1000 --scales 600 1200
                       --sync-scales 600 1200 --replicas 2 4) ;;
    --million) options+=(--scales 100000 1000000) ;;
    --only) options+=(--only "${2:?--only needs a name}"); shift ;;
    --build-dir) build_dir=$(realpath -m "${2:?--build-dir needs a folder}"); shift ;;
    --dir) dir=$(realpath -m "${2:?--dir needs a folder}"); shift ;;
    --) shift; options+=("$@"); break ;;
    --help|-h) usage; exit 0 ;;
    *) echo "unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ -z "$build_dir" ]]; then
  build_dir=$PWD/build/release
  deploy/install-dependencies.sh build
  cmake --preset release >/dev/null
  cmake --build "$build_dir" --target consiliumd consilium consilium_bench >&2
fi
dir=${dir:-$PWD/build/bench}
mkdir -p "$dir"

exec "$build_dir/tests/bench/consilium_bench" run \
  --consiliumd "$build_dir/server/consiliumd" \
  --consilium "$build_dir/client/cli/consilium" --dir "$dir" "${options[@]}"
