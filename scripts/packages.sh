# Sourced by the scripts beside it: makes sure that what they need is installed.
#
# need_packages WHAT_FOR PACKAGE...  installs those Debian packages that are missing
# need_swift                         fails unless the Swift toolchain is new enough

# All words to a person go to standard error: standard output is the scripts' result.
say() { printf '%s\n' "$*" >&2; }

fail() {
  say "error: $*"
  exit 1
}

need_packages() {
  local purpose=$1 package missing=()
  shift
  command -v dpkg-query >/dev/null || {
    say "note: this is not Debian; make sure that the equivalents of these packages are installed: $*"
    return 0
  }
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "$purpose needs the packages ${missing[*]}; as root run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "==> installing ${missing[*]} ($purpose)"
  install_packages "${missing[@]}" || fail "could not install ${missing[*]}; try: apt-get update && apt-get install ${missing[*]}"
}

# mosquitto's package starts a broker on port 1883 and enables it at boot. What is built here starts brokers of its own,
# so the package is asked not to start one (a policy of the moment, which init scripts and systemd's helpers obey), and
# not to enable it. A broker that was installed before stays as it is.
install_packages() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
  fi
  {
    "${as_root[@]}" apt-get update -qq &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } >&2 </dev/null || exit 1
  case " $* " in
    *" mosquitto "*)
      [ ! -d /run/systemd/system ] || "${as_root[@]}" systemctl disable --quiet mosquitto.service 2>/dev/null || true
      ;;
  esac
)

need_swift() {
  local text major minor
  command -v swift >/dev/null ||
    fail "no swift in PATH. Swift 6.2 or newer is needed: https://www.swift.org/install/linux/ (swiftly installs it for one user)"
  text=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  major=${text%%.*}
  minor=${text#*.}
  minor=${minor%%.*}
  if [ -z "$text" ] || [ "$major" -lt 6 ] || { [ "$major" -eq 6 ] && [ "$minor" -lt 2 ]; }; then
    fail "Swift 6.2 or newer is needed, this is ${text:-an unknown version} ($(command -v swift)): https://www.swift.org/install/linux/"
  fi
}

# What compiling the package needs: C libraries with their headers.
build_packages=(libgpiod-dev libmodbus-dev libmosquitto-dev libsqlite3-dev libyaml-dev pkg-config)
