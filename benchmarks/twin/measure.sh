# Sourced by scripts/bench.sh: how fast, and at what cost, edgecore takes what devices report.

about="updates a second and their latency, on disk and in memory, beside bare fsync and another edgecore; memory; start"
parts=(disk tmpfs memory)

here_twin=$root/benchmarks/twin
twin_devices=1000 twin_properties=10

prepare_twin() {
  [ ! -x "$folder/drive" ] || return 0
  compile "$here_twin/drive.c" -lmosquitto
  compile "$here_twin/fsync.c"
  rounds=3 seconds=5
  [ -z "$quick" ] || { rounds=1 seconds=2; }
}

# twin_specs FIRST LAST: a DeviceModel, and the devices bench-FIRST to bench-LAST of it.
twin_specs() {
  awk -v first="$1" -v last="$2" -v properties="$twin_properties" -v node="$node" 'BEGIN {
    print "apiVersion: devices.kubeedge.io/v1beta1\nkind: DeviceModel\nmetadata: {name: bench-model}\nspec:\n  protocol: bench\n  properties:"
    for (i = 1; i <= properties; i++) print "    - {name: p" i ", type: STRING, accessMode: ReadWrite}"
    print "---"
    for (i = first; i <= last; i++)
      print "apiVersion: devices.kubeedge.io/v1beta1\nkind: Device\nmetadata: {name: bench-" i "}\nspec:\n  deviceModelRef: {name: bench-model}\n  nodeName: " node "\n  protocol: {protocolName: bench}\n---"
  }'
}

# start_twin_core STATE: a broker of its own and edgecore, whose state is in that folder; what is there is kept.
start_twin_core() {
  mkdir -p "$1"
  choose_port && api_port=$port
  choose_port && mqtt_port=$port
  printf 'listener %s 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_inflight_messages 256\nmax_queued_messages 10000\n' "$mqtt_port" \
    >"$folder/mosquitto.conf"
  start broker "$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$folder/mosquitto.conf"
  wait_for "the broker" broker grep -q running "$folder/broker.log"
  export EDGECTL_SERVER="http://127.0.0.1:$api_port"
  write_core_config "$folder/edgecore.yaml" "$1"
  start_twin_core_again
}

start_twin_core_again() {
  start edgecore "$bin/edgecore" --config "$folder/edgecore.yaml"
  wait_for "edgecore to be ready" "edgecore broker" is_answering "$EDGECTL_SERVER/readyz"
}

stop_twin_core() {
  stop edgecore
  stop broker
}

# apply_twins COUNT: in files of a size that edgectl reads.
apply_twins() {
  local first
  say "==> applying $1 devices with $twin_properties properties each"
  for first in $(seq 1 1000 "$1"); do
    twin_specs "$first" $((first + 999)) >"$folder/specs.yaml"
    run "$bin/edgectl" apply -f "$folder/specs.yaml" >"$folder/apply.log" 2>&1 || fail "edgectl can't apply the specs: $(tail -n 3 "$folder/apply.log")"
  done
}

# measured NAME PROGRAM...: runs a program that prints names and values, and notes them under NAME.
measured() {
  local name=$1
  shift
  run "$@" >"$folder/result" || fail "$1 failed"
  sed "s/^/$name./" "$folder/result" >>"$folder/results"
}

# of NAME: the median of what was noted under a name.
of() {
  awk -v name="$1" '$1 == name { print $2 }' "$folder/results" | sort -g |
    awk '{ value[NR] = $1 } END { if (NR) printf "%.10g", NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

ratio() { awk -v a="$(of "$1")" -v b="$(of "$2")" 'BEGIN { if (b > 0) printf "%.2f", a / b; else print "unknown" }'; }

drive_own() {
  measured "$1" "$folder/drive" --broker "127.0.0.1:$mqtt_port" --devices "$twin_devices" --properties "$twin_properties" --windows 1 --seconds "$seconds" \
    --process edgecore="${pids[edgecore]}" --process broker="${pids[broker]}" "${@:2}"
}

drive_peer() {
  local processes=()
  [ -z "$peer_pid" ] || processes=(--process "edgecore=$peer_pid")
  measured "$1" "$folder/drive" --broker "$peer_broker" --devices "$peer_devices" --properties "$peer_properties" --prefix "$peer_prefix" \
    "${peer_topics[@]}" --windows 1 --seconds "$seconds" "${processes[@]}" "${@:2}"
}

# twin_figures SUBJECT SUFFIX COUNTS...: what was noted of us or a peer, as figures.
twin_figures() {
  local subject=$1 suffix=$2 count highest=0 cpu
  for count in "${@:3}"; do
    figure "$subject.updates_per_s.inflight$count$suffix" "$(of "$subject.$count.updates_per_s")" updates/s
    figure "$subject.latency_ms.p50.inflight$count$suffix" "$(of "$subject.$count.latency_ms.p50")" ms
    figure "$subject.latency_ms.p99.inflight$count$suffix" "$(of "$subject.$count.latency_ms.p99")" ms
  done
  figure "$subject.latency_ms.p50.at200$suffix" "$(of "$subject.at200.latency_ms.p50")" ms
  figure "$subject.latency_ms.p99.at200$suffix" "$(of "$subject.at200.latency_ms.p99")" ms
  [ "$(of "$subject.at200.lost")" = 0 ] || figure "$subject.unanswered.at200$suffix" "$(of "$subject.at200.lost")" updates
  [ -n "$(of "$subject.1.edgecore.cpu_s_per_10k")" ] || return 0
  for count in "${@:3}"; do
    cpu=$(of "$subject.$count.edgecore.cpu_s_per_10k")
    figure "$subject.cpu_s_per_10k.inflight$count$suffix" "$cpu" s
    highest=$(awk -v a="$highest" -v b="$cpu" 'BEGIN { print (a > b ? a : b) }')
  done
  figure "$subject.cpu_s_per_10k$suffix" "$highest" s
}

# Everything in turn, again and again, so that what else the machine does meets all alike.
twin_rounds() {
  local suffix=$1 round count
  : >"$folder/results"
  for round in $(seq "$rounds"); do
    say "==> round $round of $rounds: bare fsync, then 1, 8 and 64 updates in flight, then 200 a second${peer_broker:+; the same at $peer_broker} (load $(load))"
    measured fsync "$folder/fsync" --file "$state/fsync" --seconds "$seconds"
    measured fsync200 "$folder/fsync" --file "$state/fsync" --seconds "$seconds" --rate 200
    for count in 1 8 64; do
      drive_own "twin.$count" --in-flight "$count"
      [ -z "$peer_broker" ] || drive_peer "peer.kubeedge.$count" --in-flight "$count"
    done
    drive_own twin.at200 --rate 200
    [ -z "$peer_broker" ] || drive_peer peer.kubeedge.at200 --rate 200
  done
  figure "peer.fsync.per_s$suffix" "$(of fsync.per_s)" commits/s
  figure "peer.fsync.latency_ms.p50$suffix" "$(of fsync.latency_ms.p50)" ms
  figure "peer.fsync.latency_ms.p99$suffix" "$(of fsync.latency_ms.p99)" ms
  figure "peer.fsync.latency_ms.p50.at200$suffix" "$(of fsync200.latency_ms.p50)" ms
  figure "peer.fsync.latency_ms.p99.at200$suffix" "$(of fsync200.latency_ms.p99)" ms
  twin_figures twin "$suffix" 1 8 64
  [ -z "$peer_broker" ] || twin_figures peer.kubeedge "$suffix" 1 8 64
  if [ -z "$suffix" ]; then
    figure twin.of_fsync.inflight1 "$(ratio twin.1.updates_per_s fsync.per_s)" times
    figure twin.of_fsync.p50.at200 "$(ratio twin.at200.latency_ms.p50 fsync200.latency_ms.p50)" times
    figure twin.of_fsync.p99.at200 "$(ratio twin.at200.latency_ms.p99 fsync200.latency_ms.p99)" times
  fi
  for count in 1 8 64; do
    [ -z "$peer_broker" ] || figure "twin.of_kubeedge.inflight$count$suffix" "$(ratio "twin.$count.updates_per_s" "peer.kubeedge.$count.updates_per_s")" times
  done
  figure "broker.cpu_s_per_10k$suffix" "$(of twin.64.broker.cpu_s_per_10k)" s
  figure "driver.cpu_s_per_10k$suffix" "$(of twin.64.driver.cpu_s_per_10k)" s
}

measure_disk() {
  prepare_twin
  state=$folder/state
  start_twin_core "$state"
  apply_twins "$twin_devices"
  twin_rounds ""
  figure "edgecore.bytes_written_per_update" "$(bytes_per_update)" bytes
  stop_twin_core
  rm -rf "$state"
}

# What reaches the disk for one update, when one is in flight.
bytes_per_update() {
  local before after
  before=$(awk '$1 == "write_bytes:" { print $2 }' "/proc/${pids[edgecore]}/io")
  drive_own bytes --in-flight 1 --warm-up 0
  after=$(awk '$1 == "write_bytes:" { print $2 }' "/proc/${pids[edgecore]}/io")
  awk -v bytes=$((after - before)) -v updates="$(of bytes.answered)" 'BEGIN { printf "%.0f", bytes / updates }'
}

measure_tmpfs() {
  prepare_twin
  [ -d /dev/shm ] || fail "there is no /dev/shm to keep a state in memory"
  memory_folder=$(mktemp -d /dev/shm/swiftlet-bench-XXXXXX)
  state=$memory_folder/state
  start_twin_core "$state"
  apply_twins "$twin_devices"
  twin_rounds .tmpfs
  stop_twin_core
  rm -rf "$memory_folder"
}

# Memory a while after the last message, and ready again with what is stored.
measure_memory() {
  prepare_twin
  state=$folder/state
  start_twin_core "$state"
  pause 3
  figure edgecore.rss_mib.idle "$(rss_mib "${pids[edgecore]}")" MiB
  local devices
  for devices in 1000 10000; do
    apply_twins "$devices"
    say "==> every property of $devices devices reported, 64 updates in flight"
    run "$folder/drive" --broker "127.0.0.1:$mqtt_port" --devices "$devices" --properties "$twin_properties" --in-flight 64 --windows 1 --seconds 600 --warm-up 0 \
      --updates $((devices * twin_properties)) >"$folder/result" || fail "the driver failed"
    pause 3
    figure "edgecore.rss_mib.${devices}x$twin_properties" "$(rss_mib "${pids[edgecore]}")" MiB
    if [ "$devices" = 10000 ]; then measure_restart; fi
  done
  stop_twin_core
  rm -rf "$state"
}

measure_restart() {
  local round begin
  : >"$folder/results"
  for round in $(seq "$rounds"); do
    stop edgecore
    begin=$(date +%s%N)
    start edgecore "$bin/edgecore" --config "$folder/edgecore.yaml"
    until is_answering "$EDGECTL_SERVER/readyz"; do
      running edgecore || fail "edgecore ended"
      sleep 0.01
    done
    echo "start $(awk -v ns=$(($(date +%s%N) - begin)) 'BEGIN { printf "%.3f", ns / 1e9 }')" >>"$folder/results"
  done
  figure start_s.edgecore.10000 "$(of start)" s
  figure edgecore.rss_mib.10000x10.started "$(rss_mib "${pids[edgecore]}")" MiB
}
