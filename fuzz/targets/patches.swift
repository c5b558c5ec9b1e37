// modules: JSON
// sources: MetaServer/Objects/JSONPatch.swift MetaServer/Objects/MergePatch.swift
import JSON

// A patch, a zero byte, and what it is applied to.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let split = input.firstIndex(of: 0), let patch = try? JSONValue(parsing: input[..<split]),
    let value = try? JSONValue(parsing: input[(split + 1)...])
  else { return 0 }
  let merged = MergePatch.apply(patch, to: value)
  // Once more changes nothing.
  precondition(MergePatch.apply(patch, to: merged) == merged)
  if let patched = try? JSONPatch.apply(patch, to: value, maximumDepth: 64) {
    precondition(patched.nests(atMost: 256))
    precondition((try? JSONValue(parsing: patched.serialized, maximumDepth: 256)) == patched)
  }
  return 0
}
