#!/usr/bin/env bash
# The documentation of the modules that drivers import, as DocC archives in .build/documentation; warnings fail.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/scripts/packages.sh"
cd "$root"

need_packages "to build" "${build_packages[@]}"
need_swift
docc=$(command -v docc || echo "$(dirname "$(readlink -f "$(command -v swift)")")/docc")
[ -x "$docc" ] || fail "there is no docc beside swift; Swift's toolchains for Linux have one"

bin=$(swift build --show-bin-path)
target=$(swiftc -print-target-info | sed -n 's/^ *"triple": "\(.*\)",$/\1/p' | head -n 1)
out="$root/.build/documentation"
mkdir -p "$out"
# The C modules that modules behind the public ones were compiled with.
module_maps=()
find_module_maps() {
  local file
  module_maps=()
  for file in "$root"/Sources/C*/module.modulemap "$bin"/*.build/module.modulemap "$root"/.build/checkouts/*/Sources/*/include/module.modulemap; do
    [ ! -f "$file" ] || module_maps+=(-Xcc "-fmodule-map-file=$file")
  done
}
for module in MapperSDK MapperTesting; do
  say "==> documentation of $module"
  swift build --target "$module" >&2
  find_module_maps
  rm -rf "${out:?}/$module.symbols" "$out/$module.doccarchive"
  mkdir "$out/$module.symbols"
  swift symbolgraph-extract -module-name "$module" -target "$target" -I "$bin/Modules" "${module_maps[@]}" \
    -output-dir "$out/$module.symbols" -minimum-access-level public -skip-inherited-docs >&2 || fail "could not read what $module declares"
  # It reports other modules' extensions in files of their own, which their documentation has.
  find "$out/$module.symbols" -name '*@*' -delete
  "$docc" convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$out/$module.symbols" \
    --fallback-display-name "$module" --fallback-bundle-identifier "$module" --warnings-as-errors \
    --output-dir "$out/$module.doccarchive" >&2 || fail "the documentation of $module has the faults above"
done
say "==> the documentation is in .build/documentation"
