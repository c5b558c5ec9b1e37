# Sourced by scripts/bench.sh: what the Kubernetes API costs edgecore.

about="processor time an applied Device, a list of 10,000 devices, 100 watchers of 1,000 updates a second"
parts=(apply list watch)

here_api=$root/benchmarks/api

prepare_api() {
  [ ! -x "$folder/read" ] || return 0
  . "$root/benchmarks/twin/measure.sh"
  compile "$here_api/read.c"
  prepare_twin
  devices=10000 watchers=100 watch_seconds=60
  [ -z "$quick" ] || { devices=1000 watchers=20 watch_seconds=5; }
  twin_devices=$devices
  : >"$folder/results"
}

# cpu_ms PID: processor time of a process so far.
cpu_ms() { awk -v ticks="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); printf "%.0f", ($12 + $13) * 1000 / ticks }' "/proc/$1/stat"; }

# The devices and their reported values, once for all parts that need them.
start_full_core() {
  [ -z "${is_full:-}" ] || return 0
  state=$folder/full
  start_twin_core "$state"
  apply_twins "$devices"
  say "==> every property of $devices devices reported"
  run "$folder/drive" --broker "127.0.0.1:$mqtt_port" --devices "$devices" --properties "$twin_properties" --in-flight 64 --windows 1 --seconds 600 --warm-up 0 \
    --updates $((devices * twin_properties)) >"$folder/result" || fail "the driver failed"
  pause 3
  is_full=1
}

measure_apply() {
  prepare_api
  state=$folder/apply
  start_twin_core "$state"
  local kind begin milliseconds number=1000 start seconds
  twin_specs 1 "$number" >"$folder/specs.yaml"
  for kind in create unchanged changed; do
    [ "$kind" != changed ] || sed -i 's/nodeName: .*/nodeName: another-node/' "$folder/specs.yaml"
    say "==> $number devices applied with edgectl: $kind (load $(load))"
    begin=$(cpu_ms "${pids[edgecore]}") start=$(date +%s%N)
    run "$bin/edgectl" apply -f "$folder/specs.yaml" >"$folder/apply.log" 2>&1 || fail "edgectl can't apply the specs: $(tail -n 3 "$folder/apply.log")"
    milliseconds=$(($(cpu_ms "${pids[edgecore]}") - begin)) seconds=$(($(date +%s%N) - start))
    figure "api.cpu_ms_per_apply$([ "$kind" = create ] || echo ".$kind")" "$(awk -v a="$milliseconds" -v b="$number" 'BEGIN { printf "%.2f", a / b }')" ms
    figure "api.applies_per_s$([ "$kind" = create ] || echo ".$kind")" "$(awk -v a="$seconds" -v b="$number" 'BEGIN { printf "%.0f", b * 1e9 / a }')" devices/s
  done
  stop_twin_core
}

# read_api NAME OPTIONS...
read_api() {
  local name=$1
  shift
  measured "$name" "$folder/read" --port "$api_port" --process "${pids[edgecore]}" "$@"
}

measure_list() {
  prepare_api
  start_full_core
  local path=/apis/devices.kubeedge.io/v1beta1/devices round name accept
  for round in $(seq "$rounds"); do
    say "==> $devices devices listed, as objects and as a table (load $(load))"
    read_api list --path "$path"
    read_api table --path "$path" --accept 'application/json;as=Table;v=v1;g=meta.k8s.io'
    read_api lists --path "$path" --connections 10
  done
  for name in list table lists; do
    figure "api.$name.seconds.$devices" "$(of "$name.seconds")" s
    figure "api.$name.cpu_s.$devices" "$(of "$name.cpu_s")" s
    figure "api.$name.mib.$devices" "$(of "$name.mib")" MiB
    figure "api.$name.rss_growth_mib.$devices" "$(awk -v a="$(of "$name.rss_mib.peak")" -v b="$(of "$name.rss_mib.before")" 'BEGIN { printf "%.1f", a - b }')" MiB
  done
}

measure_watch() {
  prepare_api
  start_full_core
  local path="/apis/devices.kubeedge.io/v1beta1/devices?watch=1&resourceVersion=" name accept version
  say "==> 1,000 twin updates a second, nobody watches (load $(load))"
  start drive "$folder/drive" --broker "127.0.0.1:$mqtt_port" --devices "$devices" --properties "$twin_properties" --rate 1000 --windows 1 \
    --seconds 3600 --process "edgecore=${pids[edgecore]}"
  pause 3
  local begin
  begin=$(cpu_ms "${pids[edgecore]}")
  pause "$watch_seconds"
  figure api.watch.cpu_cores.watchers0 \
    "$(awk -v a=$(($(cpu_ms "${pids[edgecore]}") - begin)) -v s="$watch_seconds" 'BEGIN { printf "%.3f", a / s / 1000 }')" cores
  for name in object table; do
    accept=application/json
    [ "$name" = object ] || accept='application/json;as=Table;v=v1;g=meta.k8s.io'
    version=$(curl --silent --fail --max-time 30 "$EDGECTL_SERVER/apis/devices.kubeedge.io/v1beta1/devices?limit=1" |
      grep -o '"resourceVersion":"[0-9]*"' | sed -n '1s/[^0-9]//gp')
    say "==> the same, with $watchers watchers of every device, as ${name}s (load $(load))"
    read_api "watch_$name" --path "$path$version" --accept "$accept" --connections "$watchers" --warm-up 3 --seconds "$watch_seconds"
    figure "api.watch.$name.cpu_cores.watchers$watchers" "$(of "watch_$name.cpu_cores")" cores
    figure "api.watch.$name.events_per_s.watchers$watchers" "$(awk -v a="$(of "watch_$name.lines")" -v s="$(of "watch_$name.seconds")" 'BEGIN { printf "%.0f", a / s }')" events/s
    figure "api.watch.$name.mib_per_s.watchers$watchers" "$(awk -v a="$(of "watch_$name.mib")" -v s="$(of "watch_$name.seconds")" 'BEGIN { printf "%.1f", a / s }')" MiB/s
    figure "api.watch.$name.lagged.watchers$watchers" "$(of "watch_$name.ended")" watchers
    figure "api.watch.$name.rss_mib.before" "$(of "watch_$name.rss_mib.before")" MiB
    figure "api.watch.$name.rss_mib.peak" "$(of "watch_$name.rss_mib.peak")" MiB
    figure "api.watch.$name.rss_mib.after" "$(of "watch_$name.rss_mib.after")" MiB
  done
  running drive || fail "the driver ended"
  stop drive
}
