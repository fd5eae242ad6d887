#!/bin/bash
# Builds Consilium's Debian packages.
set -euo pipefail

usage() {
  cat <<'END'
usage: deploy/package.sh [--check] [--build-dir DIR]

Builds the release preset and makes three packages of it, in
build/release/packages: consilium-server, consilium and consilium-dev.

  --check          then test them: manual pages, completions in their shells,
                   the hardened service, and installing, using, removing and
                   purging the packages in a clean Debian 12
  --build-dir DIR  use this build instead of the release preset
END
}

build_dir=
check=no
while [[ $# -gt 0 ]]; do
  case "$1" in
    --check) check=yes ;;
    --build-dir) build_dir=$(realpath -m "${2:?--build-dir needs a folder}"); shift ;;
    --help|-h) usage; exit 0 ;;
    *) echo "unknown argument '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
cd "$(dirname "${BASH_SOURCE[0]}")/.."

parts=(build package)
[[ $check == no ]] || parts+=(test package-test)
deploy/install-dependencies.sh "${parts[@]}"

if [[ -z "$build_dir" ]]; then
  build_dir=$PWD/build/release
  cmake --preset release >/dev/null
fi
echo "building ${build_dir#"$PWD"/}"
cmake --build "$build_dir" --target installed_files | tail -n 1

# The packages of one release carry one time, that of its changelog.
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l deploy/package/changelog -S Timestamp)
export SOURCE_DATE_EPOCH
rm -rf "$build_dir/packages" "$build_dir/_CPack_Packages"
log=$build_dir/package.log
(cd "$build_dir" && cpack --config CPackConfig.cmake) >"$log" 2>&1 ||
  { tail -n 40 "$log" >&2; exit 1; }
ls "$build_dir"/packages/*.deb

[[ $check == yes ]] || exit 0
exec ctest --test-dir "$build_dir" --label-regex '^package$' \
  --no-tests=error --output-on-failure
