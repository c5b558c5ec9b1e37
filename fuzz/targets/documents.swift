// modules: JSON YAML DeviceAPI
import DeviceAPI
import JSON
import YAML

// What is applied: the first byte says whether the rest is taken for YAML or for JSON.

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  guard let choice = input.first else { return 0 }
  if choice % 2 == 0 {
    guard let value = try? JSONValue(parsing: input.dropFirst()) else { return 0 }
    checkText(value)
    checkObject(value)
  } else {
    guard let documents = try? YAMLDocument.parseAll(input.dropFirst(), file: "input") else { return 0 }
    for document in documents {
      checkText(document.value)
      _ = document.positions.position(of: "spec.properties[0].name")
      let again = try? YAMLDocument.parseAll(document.value.yaml, file: "again")
      precondition(document.value.isNull || again?.first?.value == document.value)
      checkObject(document.value)
    }
  }
  return 0
}

/// What was read is read the same when it is written, each number with the kind and the digits it came with.
private func checkText(_ value: JSONValue) {
  precondition((try? JSONValue(parsing: value.serialized)) == value)
  precondition((try? JSONValue(parsing: value.prettyText)) == value)
}

/// No object does more than be refused, and one that was converted is understood in its new version.
private func checkObject(_ value: JSONValue) {
  _ = try? Device(decoding: value)
  let model = try? DeviceModel(decoding: value)
  _ = DeviceValidator.validate(value, model: model)
  _ = DeviceModelValidator.validate(value)
  for version in APIVersion.allCases {
    guard let converted = try? convert(value, to: version) else { continue }
    precondition(converted["apiVersion"]?.string == version.groupVersion)
    guard let again = try? convert(converted, to: version) else { fatalError("what was converted isn't understood") }
    precondition(again == converted)
  }
}
