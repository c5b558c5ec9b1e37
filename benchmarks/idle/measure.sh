# Sourced by scripts/bench.sh: what a mapper takes of memory when it does little.

about="a mapper's memory without devices, and with 1,000 properties"
parts=(mapper)

measure_mapper() {
  . "$root/benchmarks/modbus/measure.sh"
  prepare
  start_core
  say "==> modbus-mapper without devices"
  start_mapper modbus-mapper --api-server "$EDGECTL_SERVER"
  pause 5
  running mapper || fail "the mapper ended"
  figure mapper.rss_mib.idle "$(rss_mib "${pids[mapper]}")" MiB
  say "==> modbus-mapper with 1,000 float32 of one device each second, after half a minute"
  slave 1 1
  { floats 1000 | model bench-model; devices 1 1 bench-model ""; } >"$folder/specs.yaml"
  "$bin/edgectl" apply -f "$folder/specs.yaml" >"$folder/apply.log" 2>&1 || fail "edgectl can't apply the specs: $(tail -n 3 "$folder/apply.log")"
  wait_for "the mapper to read everything once" "mapper edgecore slave" has_read 2000
  pause "$([ -n "$quick" ] && echo 5 || echo 30)"
  figure mapper.rss_mib.1000 "$(rss_mib "${pids[mapper]}")" MiB
}
