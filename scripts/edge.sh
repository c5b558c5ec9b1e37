# Sourced by scripts that start edgecore with its broker: what each of them does alike. Needs scripts/packages.sh.
#
# own                              in front of a program: in a session of its own, so that Ctrl-C and a closed terminal reach it through
#                                  the script, in order; should that be killed without a chance to clean up, the kernel ends the program
# end_process PID                  with SIGTERM; after ten seconds with SIGKILL, and then it fails
# is_taken PORT                    whether something accepts connections there on loopback
# write_core_config FILE STATE     a configuration for edgecore in the folder STATE, at $api_port and $mqtt_port, for the node $node
# stop_orphaned_broker STATE       ends the broker that an edgecore with this folder left behind
# show_logs LINES FILE...          the last lines of logs that have any

own=(setsid setpriv --pdeathsig TERM --)
if ! command -v setsid >/dev/null || ! command -v setpriv >/dev/null; then own=(); fi

# For processes that this shell started and didn't wait for yet, so that no id can belong to a stranger.
end_process() {
  local pid=$1 try
  kill -TERM "$pid" 2>/dev/null || true
  for try in $(seq 100); do
    if ! kill -0 "$pid" 2>/dev/null; then
      wait "$pid" 2>/dev/null || true
      return 0
    fi
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  return 1
}

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

write_core_config() {
  cat >"$1" <<END
apiVersion: edgecore.config.kubeedge.io/v1alpha2
kind: EdgeCore
database:
  dataSource: $2/swiftlet.db
modules:
  deviceTwin:
    dmiSockPath: $2/dmi.sock
  edged:
    hostnameOverride: $node
  eventBus:
    mqttServerExternal: tcp://127.0.0.1:$mqtt_port
  metaManager:
    metaServer:
      server: 127.0.0.1:$api_port
END
}

# edgecore ends its broker itself; one that was killed couldn't.
stop_orphaned_broker() {
  local state=$1 pid try
  pid=$(cat "$state/mosquitto/mosquitto.pid" 2>/dev/null) || return 0
  is_own_broker "$state" "$pid" || return 0
  kill -TERM "$pid" 2>/dev/null || true
  for try in $(seq 50); do
    is_own_broker "$state" "$pid" || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

is_own_broker() {
  case $2 in '' | *[!0-9]*) return 1 ;; esac
  tr '\0' ' ' <"/proc/$2/cmdline" 2>/dev/null | grep -qF "$1/mosquitto/"
}

show_logs() {
  local lines=$1 log
  shift
  for log in "$@"; do
    [ -s "$log" ] || continue
    say "--- the last lines of $(basename "$log")"
    tail -n "$lines" "$log" >&2
  done
}
