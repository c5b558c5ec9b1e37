#!/usr/bin/env bash
# Measures Swiftlet beside named peers; docs/performance.md says what and how.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"

benchmarks() { (cd "$root/benchmarks" && printf '%s\n' */measure.sh | sed 's|/measure.sh||'); }

usage() {
  cat <<END
Usage: scripts/bench.sh [--quick] [--bin FOLDER] [--peer-broker URL ...] [NAME [PART...]]...

Builds the release programs and measures them on loopback, with folders and ports of their own, beside peers that do the same
in the same run. It says what it does as it goes, and ends with one line a figure: figure NAME VALUE UNIT.

Benchmarks, all unless some are named, with their parts:
$(for name in $(benchmarks); do (. "$root/benchmarks/$name/measure.sh" && printf '  %-10s %s\n' "$name" "$about" && printf '%12s%s\n' '' "parts: ${parts[*]}"); done)

  --quick        shorter: to see that it works, not for figures
  --bin FOLDER   take edgecore, edgectl and mappers from there instead of building them
  -h, --help     this text

The benchmark twin can drive another edge core in the same run, any KubeEdge edgecore through its broker:

  --peer-broker tcp://HOST:PORT        its broker
  --peer-devices PREFIX:COUNT:NUMBER   devices that are there: PREFIX-1 to PREFIX-COUNT, each with the string properties p1 to pNUMBER;
                                       bench:1000:10 by default
  --peer-topics NAMESPACE|plain        \$hw/events/device/NAMESPACE/... as from KubeEdge 1.17 on (default by default), or without namespace
  --peer-pid PID                       its process, where its processor time is wanted too

Examples:
  scripts/bench.sh modbus
  scripts/bench.sh --quick modbus floats rtu
  scripts/bench.sh --bin .build/release idle | grep ^figure
  scripts/bench.sh twin --peer-broker tcp://127.0.0.1:1884 --peer-topics plain --peer-pid "\$(pidof kubeedge-edgecore)"
END
}

quick=
bin=
peer_broker='' peer_prefix=bench peer_devices=1000 peer_properties=10 peer_topics=(--namespace default) peer_pid=''
names=()
chosen=()

misused() {
  printf 'error: %s\n\n' "$1" >&2
  usage >&2
  exit 2
}

# peer_option NAME VALUE
peer_option() {
  local rest
  case $1 in
    --peer-broker)
      peer_broker=${2#tcp://}
      [[ $peer_broker =~ ^[^:/]+:[0-9]+$ ]] || misused "$1: \"$2\" is not tcp://HOST:PORT"
      ;;
    --peer-devices)
      [[ $2 =~ ^[^:]+:[1-9][0-9]*:[1-9][0-9]*$ ]] || misused "$1: \"$2\" is not PREFIX:COUNT:NUMBER"
      peer_prefix=${2%%:*} rest=${2#*:}
      peer_devices=${rest%:*} peer_properties=${rest#*:}
      ;;
    --peer-topics) if [ "$2" = plain ]; then peer_topics=(--no-namespace); else peer_topics=(--namespace "$2"); fi ;;
    --peer-pid)
      [ -d "/proc/$2" ] || misused "$1: there is no process $2"
      peer_pid=$2
      ;;
    *) misused "unknown option $1" ;;
  esac
}
while [ $# -gt 0 ]; do
  case $1 in
    --quick) quick=1 ;;
    --bin)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      bin=$2
      shift
      ;;
    --peer-*)
      [ $# -ge 2 ] || misused "$1 needs a value"
      peer_option "$1" "$2"
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    -*) misused "unknown option $1" ;;
    *)
      if [ -f "$root/benchmarks/$1/measure.sh" ]; then
        names+=("$1")
      elif [ ${#names[@]} -gt 0 ] && (. "$root/benchmarks/${names[-1]}/measure.sh" && [[ " ${parts[*]} " == *" $1 "* ]]); then
        chosen+=("${names[-1]}/$1")
      else
        printf 'error: there is no benchmark %s; there are: %s\n' "$1" "$(benchmarks | tr '\n' ' ')" >&2
        exit 2
      fi
      ;;
  esac
  shift
done
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(benchmarks)

need_packages "to measure" "${build_packages[@]}" curl gcc libc6-dev mosquitto procps python3-venv util-linux
. "$root/scripts/edge.sh"
. "$root/benchmarks/common.sh"
need_programs

child=
# The signal is handed on, and what the benchmark started is ended before this script is.
end() {
  trap '' INT TERM HUP
  [ -z "$child" ] || { kill -TERM "$child" 2>/dev/null && wait "$child" 2>/dev/null; } || true
  exit "$1"
}
trap 'end 130' INT
trap 'end 143' TERM
trap 'end 129' HUP

for name in "${names[@]}"; do
  (
    # A subshell each, so that what one defines isn't there for the next; what it started ends with it.
    trap 'cleanup $?' EXIT
    trap 'exit 143' TERM
    . "$root/benchmarks/$name/measure.sh"
    begin "$name"
    for part in "${parts[@]}"; do
      if wants "$name" "$part"; then "measure_${part//-/_}"; fi
    done
    print_figures
  ) &
  child=$!
  wait "$child"
  child=
done
