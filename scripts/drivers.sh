#!/usr/bin/env bash
# What the author of a driver does, done: a package from `edgectl new-driver`, built, tested, and run beside an edgecore; its
# values seen with kubectl; its code changed, and that seen too. Then the packages in examples/.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
. "$root/scripts/edge.sh"

need_packages "to build and run drivers" "${build_packages[@]}" mosquitto procps util-linux
need_swift
kubectl=${SWIFTLET_KUBECTL:-$root/.build-tools/bin/kubectl}
[ -x "$kubectl" ] || fail "no kubectl at $kubectl; run scripts/test.sh once, it installs it there"

# One place for what all these packages compile alike: the SDK and what it depends on.
place="$root/.build-drivers"
build=(--scratch-path "$place/build")
name=water-tank
package="$place/$name-mapper"
state=
pids=()

cleanup() {
  local status=$? pid
  trap '' INT TERM HUP
  set +e
  if [ "$status" -ne 0 ] && [ -n "$state" ]; then show_logs 30 "$state"/*.log; fi
  # The last one started ends first: a mapper before the core that it reports to.
  for ((place_of = ${#pids[@]} - 1; place_of >= 0; place_of--)); do end_process "${pids[place_of]}"; done
  [ -z "$state" ] || { stop_orphaned_broker "$state"; rm -rf "$state"; }
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# start LOG PROGRAM ARGUMENT...
start() {
  local log=$state/$1.log
  shift
  "${own[@]}" "$@" >>"$log" 2>&1 </dev/null &
  pids+=($!)
}

free_port() {
  local port try
  for try in $(seq 100); do
    port=$((20000 + RANDOM % 12000))
    case " ${ports:-} " in *" $port "*) continue ;; esac
    if ! is_taken "$port"; then
      ports="${ports:-} $port"
      chosen=$port
      return
    fi
  done
  fail "found no free port"
}

# wait_for WHAT COMMAND...: for a minute at most, while everything runs
wait_for() {
  local what=$1 try pid
  shift
  for try in $(seq 300); do
    if "$@"; then return 0; fi
    for pid in "${pids[@]}"; do kill -0 "$pid" 2>/dev/null || fail "something ended before $what"; done
    sleep 0.2
  done
  fail "no $what within a minute"
}

kube() { HOME=$state KUBECONFIG=$state/none "$kubectl" -s "http://127.0.0.1:$api_port" --cache-dir "$state/cache" "$@"; }
is_ready() { kube get --raw /readyz >/dev/null 2>&1; }
# reports DEVICE PROPERTY VALUE
reports() {
  [ "$(kube get device "$1" -o jsonpath="{.status.twins[?(@.propertyName==\"$2\")].reported.value}" 2>/dev/null)" = "$3" ]
}

# test_package FOLDER: formatted, built without a warning, and all its tests
test_package() {
  swift format lint --strict --recursive --parallel "$1"/Package.swift "$1"/Sources "$1"/Tests || fail "$1 isn't formatted"
  swift build --package-path "$1" "${build[@]}" --build-tests 2>&1 | tee "$place/build.log" >&2
  if grep -E "^$1/[^ ]*: (warning|error):" "$place/build.log" >&2; then fail "the build of $1 printed the warnings above"; fi
  SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=16 swift test --package-path "$1" "${build[@]}" --skip-build >&2 ||
    fail "the tests of $1 failed"
}

cd "$root"
say "==> building edgectl and edgecore"
swift build --product edgectl >&2
swift build --product edgecore >&2
bin=$(swift build --show-bin-path)

say "==> edgectl new-driver $name"
mkdir -p "$place"
rm -rf "$package"
"$bin/edgectl" new-driver "$name" --protocol tank-lines --sdk "$root" --directory "$package" >&2

say "==> building and testing it as it is (the first time compiles the SDK once more)"
test_package "$package"

say "==> running it beside edgecore"
state=$(mktemp -d "${TMPDIR:-/tmp}/swiftlet-driver-XXXXXX")
node=edge-node-1
for port in api_port mqtt_port http_port device_port; do
  free_port
  declare "$port=$chosen"
done
write_core_config "$state/config.yaml" "$state"
start edgecore "$bin/edgecore" --config "$state/config.yaml"
wait_for "answer of edgecore" is_ready
mapper="$place/build/debug/$name-mapper"
run_mapper() {
  start mapper "$mapper" --node-name "$node" --api-server "http://127.0.0.1:$api_port" \
    --mqtt-server "tcp://127.0.0.1:$mqtt_port" --http-port "$http_port" --state-directory "$state/mapper"
}
start simulator "$mapper" simulate --port "$device_port"
wait_for "simulated device" is_taken "$device_port"
mkdir "$state/models"
for file in "$package"/models/*.yaml; do sed "s/port: 7701/port: $device_port/" "$file" >"$state/models/$(basename "$file")"; done
say "==> $name-mapper read"
"$mapper" read -f "$state/models" "$name" >&2
run_mapper
kube apply -f "$state/models" >&2
wait_for "temperature of 21.5 with kubectl" reports "$name" temperature 21.5
say "==> kubectl has the device's value; setting its setpoint"
"$bin/edgectl" --server "http://127.0.0.1:$api_port" set "$name" setpoint=25.5 --wait >&2

say "==> changing the driver to tell another temperature"
connection=$(find "$package/Sources" -name '*Connection.swift')
sed -i '/private func value(of point: Point)/a\    if point.visitor.name == "temperature" { return .double(99.25) }' "$connection"
grep -q '99.25' "$connection" || fail "there is no value(of:) in $connection any more"
swift build --package-path "$package" "${build[@]}" --product "$name-mapper" >&2
last=$((${#pids[@]} - 1))
end_process "${pids[last]}" || fail "the mapper had to be killed"
unset "pids[$last]"
run_mapper
wait_for "temperature of 99.25 with kubectl" reports "$name" temperature 99.25
reports "$name" setpoint 25.5 || fail "the setpoint isn't what was set"
say "==> kubectl has the changed driver's value"

for example in "$root"/examples/*/; do
  say "==> building and testing examples/$(basename "$example")"
  test_package "${example%/}"
done

say "==> reading from the SCPI instrument of the example"
free_port
start scpi "$place/build/debug/scpi-mapper" simulate --port "$chosen"
wait_for "simulated instrument" is_taken "$chosen"
sed "s/port: 5025/port: $chosen/" examples/scpi-instrument/models/device.yaml >"$state/scpi.yaml"
"$place/build/debug/scpi-mapper" read -f examples/scpi-instrument/models/device-model.yaml -f "$state/scpi.yaml" bench-supply |
  tee "$state/scpi.txt" >&2
grep -q 'EXAMPLE,PSU-1' "$state/scpi.txt" || fail "the instrument wasn't read"
