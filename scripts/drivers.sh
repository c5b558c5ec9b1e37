#!/usr/bin/env bash
# The way of somebody who writes a driver: what docs/drivers.md tells its reader is done as it stands there, with an edgecore,
# a broker and kubectl; its Swift is compiled; the generated package's own CI passes, and so do the packages in examples/.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
. "$root/scripts/edge.sh"

need_packages "to build and run drivers" "${build_packages[@]}" curl mosquitto procps util-linux
need_swift
kubectl=${SWIFTLET_KUBECTL:-$root/.build-tools/bin/kubectl}
[ -x "$kubectl" ] || fail "no kubectl at $kubectl; run scripts/test.sh once, it installs it there"

place="$root/.build-drivers"
# One folder for what all these packages compile alike, the SDK and what it depends on; SwiftPM knows the variable.
export SWIFTPM_BUILD_DIR="$place/build"
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=16
work="$place/work"
state=$(mktemp -d "${TMPDIR:-/tmp}/swiftlet-driver-XXXXXX")
walk=
pids=()

# Newer processes first.
cleanup() {
  local status=$? pid
  trap '' INT TERM HUP
  set +e
  if [ "$status" -ne 0 ]; then show_logs 30 "$work"/*/state/*.log "$state"/*.log; fi
  # The walk ends its own.
  [ -z "$walk" ] || end_process "$walk"
  for pid in "${pids[@]}"; do end_process "$pid"; done
  for core in "$work"/*/state; do [ ! -d "$core" ] || stop_orphaned_broker "$core"; done
  rm -rf "$state"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# Sets `chosen` to a port that nobody has, below those the kernel hands to clients.
chosen_before=
choose_port() {
  local try
  for try in $(seq 100); do
    chosen=$((20000 + RANDOM % 12000))
    case "$chosen_before " in *" $chosen "*) continue ;; esac
    if ! is_taken "$chosen"; then
      chosen_before="$chosen_before $chosen"
      return
    fi
  done
  fail "found no free port"
}

# blocks LANGUAGE: the fenced blocks of docs/drivers.md, one after the other
blocks() { awk -v start="\`\`\`$1" '$0 == "```" { on = 0 } on { print } $0 == start { on = 1 }' "$root/docs/drivers.md"; }

# test_package FOLDER: formatted, built without a warning, and all its tests
test_package() {
  (cd "$1" && swift format lint --strict --recursive --parallel Package.swift Sources Tests) || fail "$1 isn't formatted"
  swift build --package-path "$1" --build-tests 2>&1 | tee "$state/build.log" >&2
  if grep -E "^$1/[^ ]*: (warning|error):" "$state/build.log" >&2; then fail "the build of $1 printed the warnings above"; fi
  swift test --package-path "$1" --skip-build >&2 || fail "the tests of $1 failed"
}

cd "$root"
say "==> building edgectl, edgecore and MapperSDK"
for product in edgectl edgecore; do env -u SWIFTPM_BUILD_DIR swift build --product "$product" >&2; done
bin=$(env -u SWIFTPM_BUILD_DIR swift build --show-bin-path)

say "==> compiling the Swift of docs/drivers.md"
blocks swift >"$state/snippets.swift"
[ -s "$state/snippets.swift" ] || fail "there is no Swift in docs/drivers.md"
env -u SWIFTPM_BUILD_DIR swift build --target MapperSDK >&2
swiftc -typecheck -swift-version 6 -warnings-as-errors -parse-as-library -module-name Snippets -I "$bin/Modules" "$state/snippets.swift" >&2 ||
  fail "the Swift of docs/drivers.md doesn't compile"

say "==> doing what docs/drivers.md says (the first time compiles the SDK once more, which takes minutes)"
for port in api_port mqtt_port http_port device_port; do
  choose_port
  declare "$port=$chosen"
done
rm -rf "$work"
mkdir -p "$work" "$state/bin"
printf '#!/bin/sh\nexec "%s" --cache-dir "%s" "$@"\n' "$kubectl" "$state/cache" >"$state/bin/kubectl"
chmod +x "$state/bin/kubectl"
# The ports are this run's own; so is the one that the generated Device names. What edgecore left stays for what looks after it.
{
  printf 'set -ex\ntrap %s EXIT\n' "'kill \$(jobs -p) 2>/dev/null || true; wait'"
  blocks bash | sed -e "s/127\.0\.0\.1:10550/127.0.0.1:$api_port/g; s/--port 7701/--port $device_port/" \
    -e "/^edgectl new-driver/a sed -i 's/port: 7701/port: $device_port/' */models/device.yaml" \
    -e 's/^rm -r heat-pump-mapper$/rm -r heat-pump-mapper\/state/'
} >"$state/walk.sh"
(
  cd "$work"
  exec env KUBECONFIG="$state/none" PATH="$bin:$state/bin:$PATH" \
    EDGECORE_META_SERVER="127.0.0.1:$api_port" EDGECORE_MQTT_SERVER_EXTERNAL="tcp://127.0.0.1:$mqtt_port" \
    EDGECTL_SERVER="http://127.0.0.1:$api_port" MAPPER_API_SERVER="http://127.0.0.1:$api_port" \
    MAPPER_MQTT_SERVER="tcp://127.0.0.1:$mqtt_port" MAPPER_HTTP_PORT="$http_port" bash "$state/walk.sh"
) >&2 </dev/null &
walk=$!
wait "$walk" || fail "the commands of docs/drivers.md failed"
walk=

# The same package again, so that what is built already is used.
say "==> the generated package's own CI"
stop_orphaned_broker "$work/heat-pump-mapper/state"
rm -rf "$work"/*
(cd "$work" && "$bin/edgectl" new-driver heat-pump --protocol acme-lines && cd heat-pump-mapper && scripts/ci.sh) >&2 ||
  fail "scripts/ci.sh of a new driver failed"

for example in "$root"/examples/*/; do
  say "==> building and testing examples/$(basename "$example")"
  test_package "${example%/}"
done

say "==> reading from the SCPI instrument of the example"
choose_port
scpi="$SWIFTPM_BUILD_DIR/debug/scpi-mapper"
"${own[@]}" "$scpi" simulate --port "$chosen" >"$state/scpi.log" 2>&1 </dev/null &
pids+=($!)
for try in $(seq 100); do
  if is_taken "$chosen"; then break; fi
  sleep 0.1
done
sed "s/port: 5025/port: $chosen/" examples/scpi-instrument/models/device.yaml >"$state/device.yaml"
"$scpi" read -f examples/scpi-instrument/models/device-model.yaml -f "$state/device.yaml" bench-supply | tee "$state/read.txt" >&2
grep -q 'EXAMPLE,PSU-1' "$state/read.txt" || fail "the instrument wasn't read"
