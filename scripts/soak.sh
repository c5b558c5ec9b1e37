#!/usr/bin/env bash
# Kills edgecore and its broker thousands of times under load, and holds what is stored against what was acknowledged.
set -euo pipefail

usage() {
  cat <<'END'
Usage: scripts/soak.sh [--kills N] [--minutes M] [--seed S] [--devices D] [--configuration release|debug]

Builds edgecore and a sender that isn't killed, starts edgecore with its broker in a temporary folder and on ports of its
own, and kills one or the other with SIGKILL at random moments while the sender updates the twins of all devices. At the
end every acknowledged update has to be in the database, once and in order. It says how far it is every few seconds,
ends with a summary, and exits with 1 if anything was lost, applied twice or out of order.

  --kills N              how many kills (default: 5000)
  --minutes M            at most so long; both together end with whichever comes first
  --seed S               the same choices as an earlier run, which printed its seed
  --devices D            how many devices of 10 properties (default: 1000)
  --configuration NAME   what to build: release (default) or debug
  -h, --help             this text

Ctrl-C ends the kills; what was acknowledged by then is checked all the same.

Example: scripts/soak.sh --minutes 10
END
}

arguments=()
configuration=release
while [ $# -gt 0 ]; do
  case $1 in
    --kills | --minutes | --seed | --devices | --configuration)
      [ $# -ge 2 ] || { usage >&2; exit 2; }
      if [ "$1" = --configuration ]; then configuration=$2; else arguments+=("$1" "$2"); fi
      shift
      ;;
    -h | --help) usage; exit 0 ;;
    *)
      printf 'error: unknown argument %s\n\n' "$1" >&2
      usage >&2
      exit 2
      ;;
  esac
  shift
done
case $configuration in
  release | debug) ;;
  *)
    printf 'error: --configuration is release or debug, not %s\n' "$configuration" >&2
    exit 2
    ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
cd "$root"
need_packages "to build and run" "${build_packages[@]}" mosquitto util-linux
need_swift

say "==> building ($configuration)"
for product in edgecore swiftlet-soak; do
  swift build --configuration "$configuration" --product "$product" >&2
done
# In place of this shell, so that Ctrl-C reaches it alone and its exit code is the script's.
exec "$(swift build --configuration "$configuration" --show-bin-path)/swiftlet-soak" "${arguments[@]}"
