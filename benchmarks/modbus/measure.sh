# Sourced by scripts/bench.sh: Modbus polling, writing, planning, and the use of a serial line.

about="a mapper that polls 100,000 float32/s, beside libmodbus and pymodbus; many connections; serial lines; requests"
parts=(peers floats connections requests rtu)

here=$root/benchmarks/modbus
. "$here/specs.sh"

# Compiles what measures, once.
prepare() {
  [ ! -x "$folder/probe" ] || return 0
  compile "$here/server.c"
  compile "$here/line.c"
  compile "$here/probe.c" -lmosquitto
  # shellcheck disable=SC2046
  compile "$here/loop.c" $(pkg-config --cflags libmodbus) -lmodbus -lpthread
  choose_port && slave_port=$port
  counters=$folder/counters
  windows=3 seconds=10
  [ -z "$quick" ] || { windows=2 seconds=3; }
}

# slave HOSTS SHARE: a Modbus TCP slave at so many addresses, and the share of its values that change each second.
slave() {
  start slave "$folder/server" --counters "$counters" --hosts "$1" --share "$2" --port "$slave_port"
  wait_for "the slave" slave grep -q ready "$folder/slave.log"
}

has_read() { [ "$("$folder/probe" --counters "$counters" --registers)" -ge "$1" ]; }

value_of() { awk -v name="$1" '$1 == name { print $2 }' "$folder/result"; }

# figures_of PREFIX: what a peer printed.
peer_figures() {
  local name
  while read -r name value; do
    case $name in
      floats_per_s) figure "$1.floats_per_s$2" "$value" float32/s ;;
      cpu_cores) figure "$1.cpu_cores$2" "$value" cores ;;
      rss_mib) figure "$1.rss_mib$2" "$value" MiB ;;
      missed) figure "$1.missed$2" "$value" cycles ;;
    esac
  done <"$folder/result"
}

measure_peers() {
  prepare
  slave 10 1
  say "==> libmodbus in a bare loop of C: 10 connections x 10 units x 1,000 float32, each second, then as fast as it can (load $(load))"
  run "$folder/loop" --port "$slave_port" --seconds $((windows * seconds)) >"$folder/result" || fail "the loop failed"
  peer_figures peer.libmodbus ""
  run "$folder/loop" --port "$slave_port" --seconds "$seconds" --cycle 0 >"$folder/result" || fail "the loop failed"
  peer_figures peer.libmodbus .unpaced
  local python
  python=$(pymodbus)
  say "==> pymodbus, the same plan as fast as it can (load $(load))"
  run "$python" "$here/pymodbus_loop.py" --port "$slave_port" --seconds "$seconds" >"$folder/result" || fail "pymodbus failed"
  peer_figures peer.pymodbus .unpaced
  stop slave
  # Quoted, not measured here: KubeEdge's Modbus mapper as fast as it can be made to poll, on two cores of the same kind.
  figure peer.kubeedge.properties_per_s.quoted 2360 properties/s
  figure peer.kubeedge.cpu_cores.quoted 0.77 cores
}

# A Python that has pymodbus; the one that scripts/test.sh makes, if it was run.
pymodbus() {
  local python=$root/.build-tools/bin/python
  if ! "$python" -c 'import pymodbus' 2>/dev/null; then
    say "==> installing pymodbus into a folder of the benchmark's own"
    python3 -m venv "$folder/python" && "$folder/python/bin/pip" install --quiet --disable-pip-version-check pymodbus==3.16.1 >&2 ||
      fail "could not install pymodbus from PyPI"
    python=$folder/python/bin/python
  fi
  printf '%s' "$python"
}

# serve SPECS REGISTERS: applies specs to a fresh edgecore with a mapper beside it, and waits until so many registers were read.
serve() {
  start_core
  start_mapper modbus-mapper --api-server "$EDGECTL_SERVER"
  "$bin/edgectl" apply -f "$1" >"$folder/apply.log" 2>&1 || fail "edgectl can't apply the specs: $(tail -n 3 "$folder/apply.log")"
  wait_for "the mapper to read everything once" "mapper edgecore slave" has_read "$2"
}

unserve() {
  stop mapper
  stop_core
  stop slave
}

probe() {
  run "$folder/probe" --counters "$counters" --mqtt "$mqtt_port" --windows "$windows" --seconds "$seconds" "$@" >"$folder/result" || fail "measuring failed"
}

measure_floats() {
  prepare
  { floats 1000; echo "setpoint FLOAT ReadWrite HoldingRegister 60000 2 float32"; } | model bench-model >"$folder/model.yaml"
  local changing share report case
  for changing in 1 100; do
    share=1 report=
    # Without the heartbeat, which would repeat what didn't change.
    [ "$changing" = 100 ] || { share=0.01 report=', report: {when: change, heartbeat: 0}'; }
    case=.changing$changing
    { cat "$folder/model.yaml"; devices 10 10 bench-model "$report"; } >"$folder/specs.yaml"
    say "==> the mapper: 10 connections x 10 units x 1,000 float32 each second, $changing % of them changing (load $(load))"
    slave 10 "$share"
    serve "$folder/specs.yaml" 200000
    local missed
    pause "$seconds"
    missed=$(metric missed || true)
    probe --process mapper="${pids[mapper]}" --process edgecore="${pids[edgecore]}" --process broker="$broker_pid" --writes $((windows * seconds * 7))
    report_floats "$case" "$(since "$missed" "$(metric missed)")"
    unserve
    measure_agreeing "$case" "$share"
  done
}

# report_floats CASE MISSED: the figures of what was probed.
report_floats() {
  cat "$folder/result" >&2
  figure "modbus.floats_per_s$1" "$(value_of floats_per_s)" float32/s
  figure "modbus.reported_per_s$1" "$(value_of reported_per_s)" values/s
  figure "modbus.updates_per_s$1" "$(value_of updates_per_s)" messages/s
  figure "modbus.cpu_cores$1" "$(value_of mapper.cpu_cores)" cores
  figure "modbus.rss_mib$1" "$(value_of mapper.rss_mib)" MiB
  figure "modbus.missed$1" "$2" deadlines
  figure "modbus.write_ms.p50$1" "$(value_of write_ms.p50)" ms
  figure "modbus.write_ms.p99$1" "$(value_of write_ms.p99)" ms
  figure "modbus.writes_done$1" "$(value_of writes_done)/$(value_of writes_asked)" writes
  [ -z "$(value_of edgecore.cpu_cores)" ] || {
    figure "modbus.write_from_set_ms.p50$1" "$(value_of write_from_set_ms.p50)" ms
    figure "modbus.write_from_set_ms.p99$1" "$(value_of write_from_set_ms.p99)" ms
    figure "edgecore.cpu_cores$1" "$(value_of edgecore.cpu_cores)" cores
    figure "edgecore.rss_mib$1" "$(value_of edgecore.rss_mib)" MiB
  }
  figure "broker.cpu_cores$1" "$(value_of broker.cpu_cores)" cores
}

# The same with a core that agrees to all at once: what the mapper itself does when nothing else is short of time.
measure_agreeing() {
  say "==> the same with an edge core that agrees to everything at once (load $(load))"
  slave 10 "$2"
  choose_port && mqtt_port=$port
  mkdir -p "$folder/state"
  printf 'listener %s 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\n' "$mqtt_port" >"$folder/mosquitto.conf"
  start broker "$(command -v mosquitto || echo /usr/sbin/mosquitto)" -c "$folder/mosquitto.conf"
  wait_for "the broker" broker grep -q running "$folder/broker.log"
  start_mapper modbus-mapper --device-source "$folder/specs.yaml"
  probe --core "$node" --after 200000 --warm-up "$seconds" --process mapper="${pids[mapper]}" --process broker="${pids[broker]}" \
    --writes $((windows * seconds * 7))
  report_floats "$1.agreeing_core" "$(since 0 "$(metric missed)")"
  stop mapper
  stop broker
  stop slave
}

measure_connections() {
  prepare
  registers r 125 1 0 | model bench-registers >"$folder/model.yaml"
  local count missed
  for count in 1 64 200; do
    { cat "$folder/model.yaml"; devices "$count" 1 bench-registers ""; } >"$folder/specs.yaml"
    say "==> the mapper: $count connections, a device each with 125 registers each second (load $(load))"
    slave "$count" 1
    serve "$folder/specs.yaml" $((count * 125))
    pause 3
    missed=$(metric missed || true)
    probe --process mapper="${pids[mapper]}" --process edgecore="${pids[edgecore]}"
    figure "modbus.requests_per_s.connections$count" "$(value_of requests_per_s)" requests/s
    figure "modbus.cpu_cores.connections$count" "$(value_of mapper.cpu_cores)" cores
    figure "modbus.rss_mib.connections$count" "$(value_of mapper.rss_mib)" MiB
    figure "modbus.missed.connections$count" "$(since "$missed" "$(metric missed)")" deadlines
    figure "edgecore.cpu_cores.connections$count" "$(value_of edgecore.cpu_cores)" cores
    unserve
  done
}

# Four layouts at four addresses, and the fewest requests that can read each.
measure_requests() {
  prepare
  local layouts=(contiguous100 every2nd islands mixed) optimal=(1 2 3 4) index name
  : >"$folder/specs.yaml"
  for index in "${!layouts[@]}"; do
    name=${layouts[index]}
    "layout_$name" >"$folder/layout"
    model "bench-$name" <"$folder/layout" >>"$folder/specs.yaml"
    {
      device "bench-$name" "bench-$name" "communicateMode: TCP, ip: $(address "$index"), port: $slave_port, slaveID: 1" | sed '/^---$/d'
      cycles 500 <"$folder/layout"
      echo ---
    } >>"$folder/specs.yaml"
  done
  say "==> the mapper: requests a cycle for ${layouts[*]} (load $(load))"
  slave 4 1
  serve "$folder/specs.yaml" 300
  local before after begun elapsed
  pause 3
  begun=$(date +%s%N)
  read -ra before < <("$folder/probe" --counters "$counters" --requests 4)
  pause $((seconds * 2))
  read -ra after < <("$folder/probe" --counters "$counters" --requests 4)
  elapsed=$(($(date +%s%N) - begun))
  for index in "${!layouts[@]}"; do
    figure "modbus.requests_per_cycle.${layouts[index]}" \
      "$(awk -v count=$((after[index] - before[index])) -v ns="$elapsed" 'BEGIN { printf "%.2f", count / (ns / 5e8) }')" requests
    figure "modbus.optimal_requests.${layouts[index]}" "${optimal[index]}" requests
  done
  unserve
}

layout_contiguous100() { registers r 100 1 0; }

# 199 registers wide, 125 fit into a request.
layout_every2nd() { registers r 100 2 0; }

# Too far apart for one request to reach over two.
layout_islands() { registers a 20 1 0; registers b 20 1 1000; registers c 20 1 2000; }

# One request a table: the holes are small.
layout_mixed() {
  floats 10
  registers i 10 1 20
  awk 'BEGIN { for (i = 0; i < 5; i++) printf "d%04d DOUBLE ReadOnly HoldingRegister %d 4 float64\n", i, 40 + i * 4 }'
  echo "name STRING ReadOnly HoldingRegister 64 8 string"
  registers in 20 1 0 InputRegister
  awk 'BEGIN { for (i = 0; i < 16; i++) printf "c%04d BOOLEAN ReadOnly CoilRegister %d 1 bool\n", i, i }'
  awk 'BEGIN { for (i = 0; i < 16; i++) printf "s%04d BOOLEAN ReadOnly DiscreteInputRegister %d 1 bool\n", i, i }'
}

# A line that is never free: four units of 125 registers that are due again before it has read the last of them.
measure_rtu() {
  prepare
  local baud duration unit utilisation peer_utilisation violations
  for baud in 9600 115200; do
    registers r 125 1 0 >"$folder/layout"
    model bench-line <"$folder/layout" >"$folder/specs.yaml"
    for unit in 1 2 3 4; do
      {
        device "bench-line-$unit" bench-line \
          "communicateMode: RTU, serialPort: $folder/tty, baudRate: $baud, dataBits: 8, parity: even, stopBits: 1, slaveID: $unit" |
          sed '/^---$/d'
        cycles 50 <"$folder/layout"
        echo ---
      } >>"$folder/specs.yaml"
    done
    duration=$((seconds * 2))
    say "==> the mapper: 4 units x 125 registers as fast as a line of $baud bits per second allows, for $duration s (load $(load))"
    start slave "$folder/line" --counters "$counters" --link "$folder/tty" --baud "$baud"
    wait_for "the line" slave grep -q ready "$folder/slave.log"
    measure_line_peer "$baud" "$duration"
    serve "$folder/specs.yaml" 1500
    # Until the mapper has found out that the line is too slow, and made what it can of it.
    [ -n "$quick" ] || pause 15
    violations=$(violations)
    utilisation=$(utilisation "$duration")
    figure "rtu.utilisation.$baud" "$utilisation" %
    figure "rtu.of_peer.$baud" "$(awk -v own="$utilisation" -v peer="$peer_utilisation" 'BEGIN { printf "%.1f", 100 * own / peer }')" %
    figure "rtu.stretch.$baud" "$(metric stretch)" times
    figure "rtu.silence_violations.$baud" $(($(violations) - violations)) requests
    unserve
  done
}

# The ceiling: a bare loop on the same line, which has its own clocks and scheduler too.
measure_line_peer() {
  start loop "$folder/loop" --line "$folder/tty" --baud "$1" --units 4 --seconds $(($2 + 3))
  pause 1
  peer_utilisation=$(utilisation "$2")
  figure "peer.libmodbus.rtu.utilisation.$1" "$peer_utilisation" %
  wait "${pids[loop]}" || fail "the loop failed"
  unset "pids[loop]"
}

# utilisation SECONDS: how much of the time characters and silences took, in percent.
utilisation() {
  local before after begun elapsed
  begun=$(date +%s%N)
  read -ra before < <("$folder/probe" --counters "$counters" --line)
  sleep "$1"
  read -ra after < <("$folder/probe" --counters "$counters" --line)
  elapsed=$(($(date +%s%N) - begun))
  awk -v busy=$((after[0] + after[1] - before[0] - before[1])) -v ns="$elapsed" 'BEGIN { printf "%.1f", 100 * busy / ns }'
}

# Requests that began before the silence after the last frame was over, so far.
violations() { "$folder/probe" --counters "$counters" --line | cut -d ' ' -f 3; }
