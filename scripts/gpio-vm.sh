#!/usr/bin/env bash
# Runs a command in a throw-away VM whose kernel can simulate GPIO chips.
set -euo pipefail

usage() {
  cat <<'EOT'
Usage: scripts/gpio-vm.sh [options] [--] COMMAND [ARGUMENT]...

Runs COMMAND as root in a VM that has real GPIO character devices: Debian's kernel, with the kernel's own simulators
(gpio-sim, gpio-mockup) built as modules, in qemu without KVM. The VM shows this machine's / and starts in this folder, so
that whatever was built here runs there. Its writes are thrown away, but for those below --share. Output and exit code are
COMMAND's; it has no standard input, no network but loopback, and of the environment only PATH.

  --share FOLDER      a folder, created if missing, that the VM writes to for real, under the same path
  --timeout SECONDS   when to give up (default 900)
  --cpus NUMBER       (default 1, which starts fastest)
  --memory SIZE       as qemu writes it (default 2G)
  --build             only make the VM, if it isn't there yet
  -h, --help          this text

Exit codes of its own: 2 wrong usage, 124 the time was up, 125 the VM never answered (its console is printed).

In the VM, gpio-sim makes and moves simulated chips (gpio-sim --help), and gpio-mockup is loaded by
  busybox insmod "$GPIO_VM_MODULES/gpio-mockup.ko" gpio_mockup_ranges=-1,8

What is missing is installed from Debian. Kernel and modules stay in .build-tools/gpio-vm, one folder for a kernel release;
remove it to make the VM again from what Debian has today.

Examples:
  scripts/gpio-vm.sh uname -a
  scripts/gpio-vm.sh sh -c 'gpio-sim add bench 8 3=button && gpio-sim pull bench button up && gpio-sim list'
  scripts/gpio-vm.sh --share .build/gpio sh -c 'cat /proc/interrupts > .build/gpio/interrupts'
  scripts/gpio-vm.sh .build/debug/swiftletPackageTests.xctest --testing-library swift-testing --filter JSONTests
EOT
}

wrong_usage() {
  printf 'error: %s\n\n' "$1" >&2
  usage >&2
  exit 2
}

share=
timeout=900
cpus=1
memory=2G
build_only=
while [ $# -gt 0 ]; do
  case $1 in
    --share | --timeout | --cpus | --memory)
      [ $# -ge 2 ] || wrong_usage "$1 needs a value"
      [ -n "$2" ] || wrong_usage "the value of $1 is empty"
      declare "${1#--}=$2"
      shift
      ;;
    --build) build_only=1 ;;
    -h | --help) usage; exit 0 ;;
    --) shift; break ;;
    -*) wrong_usage "unknown option $1" ;;
    *) break ;;
  esac
  shift
done
[ $# -gt 0 ] || [ -n "$build_only" ] || wrong_usage "no command"
[[ $timeout =~ ^[1-9][0-9]{0,5}$ ]] || wrong_usage "--timeout is a number of seconds, not $timeout"
[[ $cpus =~ ^[1-9][0-9]?$ ]] || wrong_usage "--cpus is a number, not $cpus"
[[ $memory =~ ^[1-9][0-9]*[MG]$ ]] || wrong_usage "--memory is a size such as 2G, not $memory"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
[ "$(uname -s) $(uname -m)" = "Linux x86_64" ] || fail "the GPIO VM needs x86-64 Linux, since it runs what this machine runs"

if [ -n "$share" ]; then
  mkdir -p "$share"
  share=$(realpath "$share")
  [ "$share" != / ] || fail "the VM can't share /"
fi

folder=
build_pid=
vm_pid=
reader_pids=()

# Ends what was started, by process id; each was started by this shell and not waited for yet.
cleanup() {
  local status=$?
  trap '' INT TERM HUP
  set +e
  for pid in $build_pid $vm_pid; do
    kill -TERM "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  [ ${#reader_pids[@]} -eq 0 ] || kill -TERM "${reader_pids[@]}" 2>/dev/null
  [ -z "$folder" ] || rm -rf "$folder"
  exit "$status"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

need_packages "to run the GPIO VM" busybox-static cpio qemu-system-x86
folder=$(mktemp -d "${TMPDIR:-/tmp}/swiftlet-gpio-vm-XXXXXX")
# Beside this script, which otherwise would heed no signal until the build is done.
"$root/scripts/gpio-vm/build.sh" "$root/.build-tools/gpio-vm" >"$folder/built" &
build_pid=$!
wait "$build_pid" || { build_pid=; exit 1; }
build_pid=
[ -z "$build_only" ] || exit 0
kernel=$(cat "$folder/built")

# The first file system: what the kernel needs until it sees this machine's, and what it is to run then.
ramdisk="$folder/ramdisk"
mkdir -p "$ramdisk"/{bin,modules}
cp "$(command -v busybox)" "$ramdisk/bin/busybox"
cp "$kernel"/modules/* "$ramdisk/modules/"
cp "$root/scripts/gpio-vm/init" "$ramdisk/init"
cp "$root/scripts/gpio-vm/gpio-sim" "$ramdisk/gpio-sim"
chmod 755 "$ramdisk/init" "$ramdisk/gpio-sim"
printf '%s' "$share" >"$ramdisk/share"
{
  printf '%s\n' '#!/bin/bash'
  printf 'export PATH=%q HOME=/root LANG=C.UTF-8 GPIO_VM_MODULES=/run/gpio-vm\n' "$PATH"
  printf 'cd %q || exit\n' "$PWD"
  printf 'exec'
  printf ' %q' "$@"
  printf '\n'
} >"$ramdisk/command"
(cd "$ramdisk" && find . | cpio --quiet --create --format=newc --owner=0:0) >"$folder/ramdisk.cpio"
rm -rf "$ramdisk"

# Standard output and error are lines of their own, so that neither changes a byte of the other.
mkfifo "$folder/stdout" "$folder/stderr"
cat "$folder/stdout" &
reader_pids+=($!)
cat "$folder/stderr" >&2 &
reader_pids+=($!)

# qemu splits its options at commas, and takes two for one.
qemu_folder=${folder//,/,,}
devices=(
  -device virtio-serial-pci
  -chardev "file,id=stdout,path=$qemu_folder/stdout" -device "virtserialport,chardev=stdout,name=stdout"
  -chardev "file,id=stderr,path=$qemu_folder/stderr" -device "virtserialport,chardev=stderr,name=stderr"
  -chardev "file,id=status,path=$qemu_folder/status" -device "virtserialport,chardev=status,name=status"
  -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host
)
if [ -n "$share" ]; then
  devices+=(-fsdev "local,id=share,path=${share//,/,,},security_model=none,multidevs=remap"
    -device virtio-9p-pci,fsdev=share,mount_tag=shared)
fi

# A VM outlives neither its time, nor this script, nor a fault of its kernel. Without no_timer_check, a machine busy enough fails the kernel's test of
# its timer.
setpriv --pdeathsig TERM -- timeout --kill-after=5 "$timeout" setpriv --pdeathsig KILL -- \
  qemu-system-x86_64 -machine q35 -accel tcg,thread=multi -cpu qemu64 -smp "$cpus" -m "$memory" \
  -nodefaults -no-user-config -display none -no-reboot -kernel "$kernel/kernel" -initrd "$folder/ramdisk.cpio" \
  -append "console=ttyS0 quiet panic=-1 oops=panic no_timer_check nokaslr mitigations=off tsc=reliable random.trust_cpu=on" \
  -serial "file:$folder/console" "${devices[@]}" </dev/null >"$folder/qemu" 2>&1 &
vm_pid=$!
ended=0
wait "$vm_pid" || ended=$?
vm_pid=

# A reader that still waits for a VM which never opened its end sees it opened and closed here.
: <>"$folder/stdout" <>"$folder/stderr"
wait "${reader_pids[@]}" || true
reader_pids=()

status=$(cat "$folder/status" 2>/dev/null || true)
if [[ $status =~ ^[0-9]+$ ]]; then exit "$status"; fi
if [ "$ended" -eq 124 ] || [ "$ended" -eq 137 ]; then
  say "error: the VM was ended after $timeout seconds (--timeout)"
  code=124
else
  say "error: the VM ended without an exit code (qemu's is $ended)"
  code=125
fi
for log in console qemu; do
  [ ! -s "$folder/$log" ] || { say "--- the last lines of $log"; tail -n 30 "$folder/$log" >&2; }
done
exit "$code"
