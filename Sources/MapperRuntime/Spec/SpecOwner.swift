internal import DeviceAPI
internal import JSON

/// Whose a Device is, as far as even a broken one says it.
struct SpecOwner {
  /// The node.
  let node: String?
  /// The protocol of the Device itself.
  let protocolName: String?
  /// The model's name.
  let model: String?

  init(_ device: JSONValue) {
    let hub = (try? convert(device, to: .v1beta1)) ?? device
    func text(_ value: JSONValue?) -> String? { value?.string.flatMap { $0.isEmpty ? nil : $0 } }
    node = text(hub.at("spec", "nodeName"))
    protocolName = text(hub.at("spec", "protocol", "protocolName"))
    model = text(hub.at("spec", "deviceModelRef", "name"))
  }
}
