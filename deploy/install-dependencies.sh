#!/bin/bash
# Installs what building and testing Consilium needs, from Debian 12's own
# packages. Does nothing, quickly and silently, when all of it is present.
#
#   deploy/install-dependencies.sh build          what a build needs
#   deploy/install-dependencies.sh build test     and what the tests need besides
#   deploy/install-dependencies.sh build package  what making packages needs
#   deploy/install-dependencies.sh package-test   and testing them besides
set -euo pipefail

build_packages=(
  ca-certificates g++ cmake ninja-build ccache mold pkg-config python3
  protobuf-compiler protobuf-compiler-grpc grpc-proto
  libprotobuf-dev libgrpc++-dev libabsl-dev libre2-dev librocksdb-dev
  libssl-dev libzstd-dev zlib1g-dev nlohmann-json3-dev libyaml-cpp-dev
  libtomlplusplus-dev libcli11-dev libspdlog-dev libutf8proc-dev
  libmicrohttpd-dev prometheus-cpp-dev libxlsxwriter-dev libzip-dev
  libjemalloc-dev
  libgtest-dev libgmock-dev
)
test_packages=(
  git clang clang-tidy clang-format libclang-rt-14-dev
  python3-grpcio python3-protobuf python3-yaml python3-openpyxl
  r-cran-metafor r-cran-metadat r-cran-lme4
  chromium
)
package_packages=(dpkg-dev gzip)
package_test_packages=(
  bash-completion fish groff-base lintian man-db mmdebstrap python3-seccomp
  systemd zsh
)

say() { echo "install-dependencies: $*"; }

# Prints those of the packages named that are not installed.
find_missing() {
  local package
  for package in "$@"; do
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" == \
      installed ]] || echo "$package"
  done
}

wanted=()
for part in "${@:-build}"; do
  case "$part" in
    build) wanted+=("${build_packages[@]}") ;;
    test)
      wanted+=("${test_packages[@]}")
      # buf and the tools around the browser come from npm. A Node.js that did not come from Debian counts:
      # Debian's would conflict with it.
      command -v npm >/dev/null || wanted+=(nodejs npm)
      ;;
    package) wanted+=("${package_packages[@]}") ;;
    package-test) wanted+=("${package_test_packages[@]}") ;;
    *)
      say "unknown part '$part'; want build, test, package or package-test" >&2
      exit 2
      ;;
  esac
done

mapfile -t missing < <(find_missing "${wanted[@]}")
[[ ${#missing[@]} -gt 0 ]] || exit 0

if ! command -v apt-get >/dev/null; then
  say "this is not Debian; please install the equivalents of:" >&2
  say "  ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    say "needs root or sudo to install: ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
run() {
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "$@" \
      >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    say "failed: $*" >&2
    exit 1
  fi
}

say "updating the package lists"
run apt-get update
say "installing ${#missing[@]} packages and what they need: ${missing[*]}"
run apt-get install --yes --no-install-recommends "${missing[@]}"
say "done"
