# Sourced by scripts/bench.sh, after scripts/edge.sh: what every benchmark needs.
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
# start_core, stop_core   edgecore and its broker at $api_port and $mqtt_port, with an empty state; the login of its mappers is in
#                         MQTT_USERNAME and MQTT_PASSWORD for programs, and for mappers in the file $MAPPER_MQTT_CREDENTIALS

declare -A pids=()
folder=
node=bench-node
ports_given=' '

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

stop() {
  local pid=${pids[$1]:-}
  [ -n "$pid" ] || return 0
  end_process "$pid" || say "note: $1 had to be killed"
  unset "pids[$1]"
}

cleanup() {
  local status=$1 name
  trap '' INT TERM HUP
  set +e
  if [ "$status" -ne 0 ] && [ "$status" -lt 128 ]; then show_logs 15 "$folder"/*.log; fi
  for name in "${!pids[@]}"; do [ "$name" = edgecore ] || stop "$name"; done
  stop edgecore
  [ -z "$folder" ] || { stop_orphaned_broker "$folder/state"; rm -rf "$folder"; }
  [ -z "${memory_folder:-}" ] || rm -rf "$memory_folder"
  exit "$status"
}

# A free port below those the kernel hands to clients, never one twice; in $port, because of that not as a text.
choose_port() {
  local try
  for try in $(seq 200); do
    port=$((20000 + RANDOM % 12000))
    if [[ $ports_given == *" $port "* ]] || is_taken "$port"; then continue; fi
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
  write_core_config "$folder/edgecore.yaml" "$folder/state"
  start edgecore "$bin/edgecore" --config "$folder/edgecore.yaml"
  wait_for "edgecore to be ready" edgecore is_answering "$EDGECTL_SERVER/readyz"
  broker_pid=$(cat "$folder/state/mosquitto/mosquitto.pid")
  export MAPPER_MQTT_CREDENTIALS="$folder/state/mqtt/mapper.yaml" MQTT_USERNAME=mapper
  MQTT_PASSWORD=$(sed -n 's/^password: "\(.*\)"$/\1/p' "$MAPPER_MQTT_CREDENTIALS")
  export MQTT_PASSWORD
}

stop_core() {
  unset MAPPER_MQTT_CREDENTIALS MQTT_USERNAME MQTT_PASSWORD
  stop edgecore
  stop_orphaned_broker "$folder/state"
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
