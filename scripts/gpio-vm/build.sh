#!/usr/bin/env bash
# build.sh FOLDER: makes, unless it is there, a kernel with the modules that the GPIO VM needs in a folder below FOLDER that is
# named as the kernel's release, and prints that folder. Debian's kernel comes without the GPIO simulators; here they are
# built as modules from its own source.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../packages.sh"

folder=$1
metapackage=linux-headers-amd64
# Raise it when what is made changes.
recipe=1

# In the order they have to be loaded in.
debian_modules=(
  drivers/virtio/virtio_ring drivers/virtio/virtio drivers/virtio/virtio_pci_modern_dev drivers/virtio/virtio_pci_legacy_dev
  drivers/virtio/virtio_pci drivers/char/virtio_console fs/netfs/netfs fs/fscache/fscache net/9p/9pnet net/9p/9pnet_virtio
  fs/9p/9p fs/overlayfs/overlay fs/configfs/configfs
)
own_modules=(irq_sim gpio-sim)

# The release whose headers are installed, for instance 6.1.0-56-amd64.
installed_release() {
  { dpkg-query --show --showformat='${db:Status-Status} ${Depends}\n' "$metapackage" 2>/dev/null || true; } |
    sed -n 's/^installed .*linux-headers-\(6\.1\.[^ ,]*-amd64\).*/\1/p'
}

is_made() { [ "$(cat "$folder/$1/recipe" 2>/dev/null)" = "$recipe" ]; }

# What was made before serves also where the headers aren't installed any more.
made_release() {
  local release
  for release in $(ls -1 "$folder" 2>/dev/null | sort --version-sort --reverse); do
    if is_made "$release"; then
      printf '%s' "$release"
      return
    fi
  done
}

release=$(installed_release)
[ -n "$release" ] || release=$(made_release)
if [ -n "$release" ] && is_made "$release"; then
  printf '%s\n' "$folder/$release"
  exit
fi

need_packages "to build the GPIO VM" gcc libc6-dev linux-source-6.1 "$metapackage" make xz-utils
release=$(installed_release)
[ -n "$release" ] || fail "$metapackage isn't of a 6.1 kernel; the GPIO VM is made from Debian 12's"

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9
if is_made "$release"; then
  printf '%s\n' "$folder/$release"
  exit
fi

rm -rf "$folder"/.making-*
work=$(mktemp -d "$folder/.making-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP
mkdir -p "$work/made/modules" "$work/build"

# Of the version whose headers are installed, or of the one there is.
download() (
  cd "$work"
  version=$(dpkg-query --show --showformat='${Version}' "linux-headers-$release")
  for package in "linux-image-$release=$version" "linux-image-$release"; do
    if apt-get download -qq -o APT::Sandbox::User=root "$package" >&2; then return; fi
  done
  return 1
)

say "==> downloading linux-image-$release"
if ! download; then
  [ "$(id -u)" -ne 0 ] || apt-get update -qq >&2 || true
  download || fail "could not download linux-image-$release; try: apt-get update && apt-get install linux-headers-amd64"
fi
modules=("${debian_modules[@]/#/"./lib/modules/$release/kernel/"}")
dpkg-deb --fsys-tarfile "$work"/linux-image-*.deb |
  tar --extract --directory "$work" "./boot/vmlinuz-$release" "${modules[@]/%/.ko}"

# A kernel that is unpacked already starts in half the time. Where in the file it is packed is said by its header
# (Documentation/x86/boot.rst: setup_sects, payload_offset, payload_length).
number() { od --address-radix=n --format="u$2" --skip-bytes="$1" --read-bytes="$2" "$work/boot/vmlinuz-$release" | tr -d ' '; }
start=$((($(number 497 1) + 1) * 512 + $(number 584 4)))
dd if="$work/boot/vmlinuz-$release" bs=1M iflag=skip_bytes,count_bytes skip="$start" count="$(number 588 4)" status=none |
  xz --decompress --single-stream --stdout >"$work/made/kernel" || fail "vmlinuz-$release isn't packed by xz"

say "==> unpacking the GPIO simulators from linux-source-6.1"
tar --extract --file /usr/src/linux-source-6.1.tar.xz --occurrence=1 --directory "$work/build" \
  --transform='s|.*/||' linux-source-6.1/drivers/gpio/{gpio-sim.c,gpio-mockup.c,gpiolib.h} \
  linux-source-6.1/kernel/irq/irq_sim.c

say "==> building the GPIO simulators for $release"
# The kernel has irq_sim built in or not at all. As a module it has to name its license, and to use a function that is
# there for modules.
sed -i 's/handle_simple_irq(irq_to_desc(\(.*\)));/generic_handle_irq(\1);/' "$work/build/irq_sim.c"
printf '\n#include <linux/module.h>\nMODULE_LICENSE("GPL");\n' >>"$work/build/irq_sim.c"
printf 'obj-m := irq_sim.o gpio-sim.o gpio-mockup.o\n' >"$work/build/Makefile"
make -C "/usr/src/linux-headers-$release" M="$work/build" modules >"$work/log" 2>&1 || {
  tail -n 30 "$work/log" >&2
  fail "could not build the GPIO simulators"
}

for module in "${debian_modules[@]}"; do cp "$work/lib/modules/$release/kernel/$module.ko" "$work/made/modules/"; done
for module in "${own_modules[@]}" gpio-mockup; do
  strip --strip-debug -o "$work/made/modules/$module.ko" "$work/build/$module.ko"
done
for module in "${debian_modules[@]##*/}" "${own_modules[@]}"; do echo "$module"; done >"$work/made/modules/order"
printf '%s\n' "$recipe" >"$work/made/recipe"

# Only what an older recipe made can be there.
rm -rf "${folder:?}/$release"
mv "$work/made" "$folder/$release"
printf '%s\n' "$folder/$release"
