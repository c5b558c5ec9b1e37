# Sourced by scripts/bench.sh: what every benchmark needs.
#
# need_programs           the release programs in $bin
# begin NAME              makes $folder and $figures for a benchmark
# wants NAME PART         whether a part is to be measured
# start NAME PROGRAM...   starts a program; its process id is ${pids[NAME]}, its log $folder/NAME.log
# stop NAME               ends it
# run PROGRAM...          runs a program to its end, which a signal cuts short
# pause SECONDS           the same with time
# figure NAME VALUE UNIT  notes a figure
# compile FILE FLAGS...   compiles a C program into $folder
# start_core, stop_core   edgecore and its broker at $api_port and $mqtt_port, with an empty state

declare -A pids=()
folder=
node=bench-node
ports_given=' '

# In a session of their own, so that Ctrl-C reaches them through this script, in order; should it be killed without a
# chance to clean up, the kernel tells them to end.
own=(setsid setpriv --pdeathsig TERM --)

need_programs() {
  [ -z "$bin" ] || { bin=$(cd "$bin" && pwd); return 0; }
  need_swift
  say "==> building the release programs (the first time takes some minutes)"
  local product
  for product in edgecore edgectl modbus-mapper; do
    (cd "$root" && swift build -c release --product "$product") 2>&1 | cat >&2 || fail "the build failed"
  done
  bin=$(cd "$root" && swift build -c release --show-bin-path)
}

begin() {
  folder=$(mktemp -d "${TMPDIR:-/tmp}/swiftlet-bench-XXXXXX")
  figures=$folder/figures
  : >"$figures"
  benchmark=$1
  say "==> $1 on $(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), Linux $(uname -r), load average $(load); logs are in $folder"
}

load() { cut -d ' ' -f 1-3 /proc/loadavg; }

wants() {
  local item is_named=
  for item in "${chosen[@]}"; do
    [ "$item" != "$1/$2" ] || return 0
    [ "${item%%/*}" != "$1" ] || is_named=1
  done
  [ -z "$is_named" ]
}

figure() {
  printf "figure %s %s %s\n" "$1" "$2" "$3" >>"$figures"
  say "    $1 $2 $3"
}

print_figures() {
  say "==> $benchmark: done, load average $(load); again with: scripts/bench.sh${quick:+ --quick} $benchmark"
  [ -z "$quick" ] || say "note: --quick: these figures show that it works, no more"
  cat "$figures"
}

compile() {
  local source=$1
  shift
  gcc -O2 -Wall -Wextra -o "$folder/$(basename "$source" .c)" "$source" "$@" || fail "$source doesn't compile"
}

start() {
  local name=$1
  shift
  "${own[@]}" "$@" >"$folder/$name.log" 2>&1 </dev/null &
  pids[$name]=$!
}

run() {
  local status=0
  "$@" &
  pids[run]=$!
  wait "${pids[run]}" || status=$?
  unset "pids[run]"
  return "$status"
}

pause() { run sleep "$1"; }

running() { [ -n "${pids[$1]:-}" ] && kill -0 "${pids[$1]}" 2>/dev/null; }

# With SIGTERM; after ten seconds with SIGKILL. Each was started by this shell and not waited for yet, so that no id can
# belong to a stranger.
stop() {
  local name=$1 pid=${pids[$1]:-} try
  [ -n "$pid" ] || return 0
  kill -TERM "$pid" 2>/dev/null || true
  for try in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null && say "note: $name had to be killed"
  wait "$pid" 2>/dev/null || true
  unset "pids[$name]"
}

cleanup() {
  local status=$1 name
  trap '' INT TERM HUP
  set +e
  if [ "$status" -ne 0 ] && [ "$status" -lt 128 ]; then show_logs; fi
  for name in "${!pids[@]}"; do [ "$name" = edgecore ] || stop "$name"; done
  stop edgecore
  [ -z "$folder" ] || { stop_orphaned_broker; rm -rf "$folder"; }
  exit "$status"
}

show_logs() {
  local log
  for log in "$folder"/*.log; do
    [ -s "$log" ] || continue
    say "--- the last lines of $(basename "$log")"
    tail -n 15 "$log" >&2
  done
}

# edgecore ends its broker itself; one that was killed couldn't.
stop_orphaned_broker() {
  local pid try
  pid=$(cat "$folder/state/mosquitto/mosquitto.pid" 2>/dev/null) || return 0
  is_own_broker "$pid" || return 0
  kill -TERM "$pid" 2>/dev/null
  for try in $(seq 50); do
    is_own_broker "$pid" || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null
}

is_own_broker() {
  case $1 in '' | *[!0-9]*) return 1 ;; esac
  tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null | grep -qF "$folder/"
}

# A free port below those the kernel hands to clients, never one twice; in $port, because of that not as a text.
choose_port() {
  local try
  for try in $(seq 200); do
    port=$((20000 + RANDOM % 12000))
    if [[ $ports_given == *" $port "* ]] || (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then continue; fi
    ports_given+="$port "
    return 0
  done
  fail "found no free port"
}

# Runs a check again and again until it succeeds; fails after two minutes, or when a program that is needed ends.
wait_for() {
  local what=$1 needed=$2 try name
  shift 2
  for try in $(seq 1200); do
    if "$@"; then return 0; fi
    for name in $needed; do running "$name" || fail "$name ended while waiting for $what"; done
    sleep 0.1
  done
  fail "$what took longer than two minutes"
}

is_answering() { curl --silent --fail --output /dev/null --max-time 5 "$1"; }

start_core() {
  rm -rf "$folder/state"
  mkdir "$folder/state"
  choose_port && api_port=$port
  choose_port && mqtt_port=$port
  export EDGECTL_SERVER="http://127.0.0.1:$api_port"
  cat >"$folder/edgecore.yaml" <<END
apiVersion: edgecore.config.kubeedge.io/v1alpha2
kind: EdgeCore
database:
  dataSource: $folder/state/swiftlet.db
modules:
  deviceTwin:
    dmiSockPath: $folder/state/dmi.sock
  edged:
    hostnameOverride: $node
  eventBus:
    mqttServerExternal: tcp://127.0.0.1:$mqtt_port
  metaManager:
    metaServer:
      server: 127.0.0.1:$api_port
END
  start edgecore "$bin/edgecore" --config "$folder/edgecore.yaml"
  wait_for "edgecore to be ready" edgecore is_answering "$EDGECTL_SERVER/readyz"
  broker_pid=$(cat "$folder/state/mosquitto/mosquitto.pid")
}

stop_core() {
  stop edgecore
  stop_orphaned_broker || true
}

# start_mapper NAME PROGRAM FLAGS...
start_mapper() {
  local program=$1
  shift
  choose_port && http_port=$port
  start mapper "$bin/$program" --node-name "$node" --mqtt-server "tcp://127.0.0.1:$mqtt_port" --state-directory "$folder/state/mapper" \
    --http-port "$http_port" "$@"
}

# What a process takes of memory, in MiB.
rss_mib() { awk '$1 == "VmRSS:" { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }

# metric WORD: the sum over all labels of the mapper's metrics whose name holds the word; nothing when there is none.
metric() {
  curl --silent --max-time 5 "http://127.0.0.1:$http_port/metrics" |
    awk -v word="$1" '$1 !~ /^#/ && index($1, word) { sum += $NF; found = 1 } END { if (found) printf "%.10g", sum }'
}

# since BEFORE NOW: what a counter counted; "unknown" when there is no such counter.
since() { if [ -n "$1" ] && [ -n "$2" ]; then echo $(($2 - $1)); else echo unknown; fi; }
