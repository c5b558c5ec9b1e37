#!/usr/bin/env bash
# The demos: edgecore, a mapper, a DeviceModel and a Device, and their values live.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: scripts/demo.sh [temperature|modbus] [--once] [--configuration release|debug]

Builds edgecore, a mapper and edgectl, starts them with a state of their own in a temporary folder, applies a model and a
device, and shows the device's values live until Ctrl-C. Nothing stays behind.

  temperature            a simulated sensor, models/temperature (the default)
  modbus                 a simulated Modbus TCP meter on port 1502 of loopback, models/modbus/simulated-meter
  --once                 print the Device as YAML once its first value is reported, and end
  --configuration NAME   what to build: release (default) or debug
  -h, --help             this text

Examples:
  scripts/demo.sh
  scripts/demo.sh modbus --once
EOF
}

once=
configuration=release
demo=temperature
while [ $# -gt 0 ]; do
  case $1 in
    temperature | modbus) demo=$1 ;;
    --once) once=1 ;;
    --configuration)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      configuration=$2
      shift
      ;;
    --configuration=*) configuration=${1#*=} ;;
    -h | --help) usage; exit 0 ;;
    *)
      printf 'error: unknown argument %s\n\n' "$1" >&2
      usage >&2
      exit 2
      ;;
  esac
  shift
done
# What a demo has of its own.
case $demo in
  temperature)
    mapper=temperature-mapper
    mapper_port=7777
    models=(models/temperature/device-model.yaml models/temperature/device.yaml)
    device=temperature
    property=temperature-status
    ;;
  modbus)
    mapper=modbus-mapper
    mapper_port=7778
    models=(models/modbus/simulated-meter/device-model.yaml models/modbus/simulated-meter/device.yaml)
    device=demo-meter
    property=voltage
    ;;
esac
case $configuration in
  release | debug) ;;
  *)
    printf 'error: --configuration is release or debug, not %s\n' "$configuration" >&2
    exit 2
    ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
. "$root/scripts/edge.sh"

folder=
edgecore_pid=
mapper_pid=
meter_pid=
screen_pid=
# Set when an end isn't a failure that the logs could explain.
is_told=

# Ends what was started, by process id, the mapper before the core it reports to.
cleanup() {
  local status=$?
  trap '' INT TERM HUP
  set +e
  if [ -n "$screen_pid" ]; then
    end_process "$screen_pid" || leave_screen
  fi
  if [ "$status" -ne 0 ] && [ -z "$is_told" ] && [ -n "$folder" ]; then show_logs 20 "$folder"/*.log "$folder"/mosquitto/*.log; fi
  [ -z "$mapper_pid" ] || end_process "$mapper_pid" || say "note: $mapper had to be killed"
  [ -z "$meter_pid" ] || end_process "$meter_pid" || say "note: the simulated meter had to be killed"
  [ -z "$edgecore_pid" ] || end_process "$edgecore_pid" || say "note: edgecore had to be killed"
  [ -z "$folder" ] || { stop_orphaned_broker "$folder"; rm -rf "$folder"; }
  exit "$status"
}

# What the screen does itself unless it had to be killed: the cursor shown, the alternate screen left.
leave_screen() { printf '\033[?25h\033[?1049l'; }

running() { kill -0 "$1" 2>/dev/null; }

trap cleanup EXIT
trap 'is_told=1; exit 130' INT
trap 'is_told=1; exit 143' TERM
trap 'is_told=1; exit 129' HUP

# The default port, or a free one below those the kernel hands to clients.
choose_port() {
  local what=$1 default=$2 port try
  if ! is_taken "$default"; then
    printf '%s' "$default"
    return
  fi
  for try in $(seq 100); do
    port=$((20000 + RANDOM % 12000))
    if is_taken "$port" || [ "$port" = "${api_port:-}" ] || [ "$port" = "${mqtt_port:-}" ]; then continue; fi
    say "==> port $default is taken, the $what uses $port"
    printf '%s' "$port"
    return
  done
  fail "found no free port for the $what"
}

# Runs a check again and again until it succeeds; fails after a minute, or when a part of the demo ends.
wait_for() {
  local what=$1 try
  shift
  for try in $(seq 600); do
    if "$@"; then return 0; fi
    running "$edgecore_pid" || fail "edgecore ended"
    [ -z "$mapper_pid" ] || running "$mapper_pid" || fail "$mapper ended"
    sleep 0.1
  done
  fail "$what took longer than a minute"
}

# The body of edgecore's answer tells nothing more than its status.
is_ready() {
  local line
  { exec 3<>"/dev/tcp/127.0.0.1/$api_port"; } 2>/dev/null || return 1
  printf 'GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$api_port" >&3
  IFS= read -r -t 5 line <&3 || line=
  exec 3<&- 3>&-
  case $line in 'HTTP/1.1 200'*) return 0 ;; *) return 1 ;; esac
}

# The reported value of the property, read back through the API.
has_value() {
  "$bin/edgectl" watch --once "$device" 2>/dev/null | awk -v property="$property" '
    NR == 1 { column = index($0, "REPORTED"); next }
    index($0, " " property " ") && substr($0, column) !~ /^(-|$)( |$)/ { found = 1 }
    END { exit !found }'
}

# The demo runs without a broker or a library installed by hand.
need_packages "to build and run the demo" "${build_packages[@]}" mosquitto
need_swift

say "==> building edgecore, $mapper and edgectl ($configuration; the first time takes some minutes)"
cd "$root"
for product in edgecore "$mapper" edgectl; do
  swift build -c "$configuration" --product "$product" 2>&1 | cat >&2 || fail "the build failed"
done
bin=$(swift build -c "$configuration" --show-bin-path)

folder=$(mktemp -d "${TMPDIR:-/tmp}/swiftlet-demo-XXXXXX")
api_port=$(choose_port API 10550)
mqtt_port=$(choose_port broker 1883)
http_port=$(choose_port mapper "$mapper_port")
export EDGECTL_SERVER="http://127.0.0.1:$api_port"

node=edge-node-1
write_core_config "$folder/config.yaml" "$folder"

say "==> starting edgecore at $EDGECTL_SERVER, MQTT on port $mqtt_port; logs are in $folder"
"${own[@]}" "$bin/edgecore" --config "$folder/config.yaml" >"$folder/edgecore.log" 2>&1 </dev/null &
edgecore_pid=$!
wait_for "starting edgecore" is_ready

if [ "$demo" = modbus ]; then
  meter_port=$(choose_port meter 1502)
  # The device says where its meter is; with another port it has to say so.
  sed "s/port: 1502/port: $meter_port/" models/modbus/simulated-meter/device.yaml >"$folder/device.yaml"
  [ "$meter_port" = 1502 ] || models=("${models[0]}" "$folder/device.yaml")
  say "==> modbus-mapper simulate ${models[*]}"
  "${own[@]}" "$bin/modbus-mapper" simulate "${models[@]}" --listen "127.0.0.1:$meter_port" >"$folder/meter.log" 2>&1 </dev/null &
  meter_pid=$!
fi

say "==> starting $mapper"
MAPPER_MQTT_CREDENTIALS="$folder/mqtt/mapper.yaml" "${own[@]}" "$bin/$mapper" --node-name "$node" --api-server "$EDGECTL_SERVER" --mqtt-server "tcp://127.0.0.1:$mqtt_port" \
  --http-port "$http_port" --state-directory "$folder/mapper" >"$folder/$mapper.log" 2>&1 </dev/null &
mapper_pid=$!

files=()
for file in "${models[@]}"; do files+=(-f "$file"); done
say "==> edgectl apply ${files[*]}"
"$bin/edgectl" apply "${files[@]}" >&2

if [ -n "$once" ]; then
  say "==> waiting for the first value"
  wait_for "the first value of $property" has_value
  "$bin/edgectl" get device "$device" -o yaml
else
  say "==> edgectl watch (Ctrl-C ends it; in another terminal try: kubectl -s $EDGECTL_SERVER get devices)"
  # Ctrl-C reaches the screen and this script: for both it is the end that was asked for.
  trap 'exit 0' INT
  "$bin/edgectl" watch &
  screen_pid=$!
  status=0
  wait -n "$screen_pid" "$edgecore_pid" "$mapper_pid" $meter_pid || status=$?
  for part in "edgecore $edgecore_pid" "$mapper $mapper_pid"; do
    if ! running "${part#* }"; then
      # The screen first: what is said while it is there disappears with it.
      end_process "$screen_pid" || leave_screen
      screen_pid=
      fail "${part% *} ended"
    fi
  done
  screen_pid=
  exit "$status"
fi
