// modules: JSON DeviceAPI
// sources: MetaManager/LabelSelector.swift MetaManager/LabelSelectorParser.swift MetaManager/FieldSelector.swift
// Selectors of labels and fields, and what they are matched with.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  if let selector = try? LabelSelector(text) {
    _ = selector.matches([:])
    _ = selector.matches(["app": "pump", "tier": "", "zone": "a"])
    if selector.isEmpty { precondition(selector.matches([:])) }
  }
  if let selector = try? FieldSelector(text) {
    _ = selector.matches { _ in "" }
    if selector.isEmpty { precondition(selector.matches { $0 }) }
  }
  return 0
}
