#!/usr/bin/env bash
# Feeds parsers of what comes from outside with what nobody would send, beginning with fuzz/corpus.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
cd "$root"

targets() { (cd fuzz/targets && printf '%s\n' *.swift | sed 's/\.swift$//'); }

usage() {
  cat <<END
Usage: scripts/fuzz.sh [--runs NUMBER | --seconds NUMBER] [--keep] [TARGET...]

Builds fuzz/targets with libFuzzer and the address sanitizer, and runs them. Ends with 1 when an input breaks something; the
input is kept, and named.

Targets, all unless some are named: $(targets | tr '\n' ' ')

  --runs NUMBER     inputs a target; 50000 unless given
  --seconds NUMBER  seconds a target instead
  --keep            adds inputs that reach new code to fuzz/corpus
  -h, --help        this text

Examples:
  scripts/fuzz.sh
  scripts/fuzz.sh --seconds 600 --keep twin-messages documents
END
}

limit=-runs=50000
keep=
names=()
while [ $# -gt 0 ]; do
  case $1 in
    --runs | --seconds)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }
      [ "$1" = --runs ] && limit=-runs=$2 || limit=-max_total_time=$2
      shift
      ;;
    --keep) keep=1 ;;
    -h | --help) usage; exit 0 ;;
    *)
      [ -f "fuzz/targets/$1.swift" ] || { printf 'error: there is no target %s\n\n' "$1" >&2; usage >&2; exit 2; }
      names+=("$1")
      ;;
  esac
  shift
done
[ ${#names[@]} -gt 0 ] || mapfile -t names < <(targets)

need_swift
build="$root/.build/fuzz"
mkdir -p "$build"
flags=(-swift-version 6 -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
  -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature NonisolatedNonsendingByDefault
  -package-name swiftlet -O -g -wmo -parse-as-library -sanitize=fuzzer,address -I "$build")

# module NAME: the sources of a module, instrumented.
module() {
  local sources
  mapfile -t sources < <(find "Sources/$1" -name '*.swift' | sort)
  say "==> building $1"
  swiftc "${flags[@]}" -module-name "$1" -emit-module -emit-module-path "$build/$1.swiftmodule" -c -o "$build/$1.o" "${sources[@]}"
}

# said NAME WORD: what a target says of itself in a comment, // WORD: ...
said() { sed -n "s|^// $2: ||p" "fuzz/targets/$1.swift"; }

flags+=(-I Sources/CYAML)
needed=()
for name in "${names[@]}"; do
  for item in $(said "$name" modules); do needed+=("$item"); done
done
for item in JSON TwinProtocol YAML DeviceAPI; do
  if [[ " ${needed[*]} " == *" $item "* ]]; then module "$item"; fi
done

for name in "${names[@]}"; do
  say "==> fuzzing $name"
  inputs=("fuzz/targets/$name.swift")
  for item in $(said "$name" sources); do inputs+=("Sources/EdgeCore/$item"); done
  swiftc "${flags[@]}" -module-name Target -c -o "$build/$name.o" "${inputs[@]}"
  objects=("$build/$name.o")
  for item in $(said "$name" modules); do objects+=("$build/$item.o"); done
  # The linker warns of a hundred names of the sanitizer's own.
  swiftc -sanitize=fuzzer,address -parse-as-library -o "$build/$name" "${objects[@]}" -lyaml \
    2> >(grep -v "ld.gold: warning: Cannot export local symbol '__asan" >&2 || true)
  corpus="$build/corpus/$name"
  mkdir -p "$corpus" "fuzz/corpus/$name"
  # What is found goes to the first folder.
  folders=("$corpus" "fuzz/corpus/$name")
  [ -z "$keep" ] || folders=("fuzz/corpus/$name")
  # What Swift keeps for good, the schemas for instance, hangs on pointers with marks in them, which the leak detector doesn't follow.
  if ! ASAN_OPTIONS=detect_leaks=0 "$build/$name" "$limit" -seed=1 -max_len=8192 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$build/" "${folders[@]}" \
    >"$build/$name.log" 2>&1; then
    tail -n 40 "$build/$name.log" >&2
    fail "$name: an input breaks it; run $build/$name with the file named above"
  fi
  grep -o '^Done [0-9]* runs' "$build/$name.log" >&2
done
