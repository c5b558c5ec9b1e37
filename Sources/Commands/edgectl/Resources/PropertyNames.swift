import APIClient
import JSON

/// The names of a device's properties: those that it lists, and those of its model, which it needn't repeat.
struct PropertyNames {
  /// The device's name.
  let device: String
  /// What the device lists.
  let own: [String]
  /// What its model has, if that was looked up.
  var ofModel: [String] = []

  init(_ device: JSONValue) {
    self.device = device.at("metadata", "name")?.string ?? ""
    own = (device.at("spec", "properties")?.array ?? []).compactMap { $0["name"]?.string }
  }

  /// Asks for a device's model.
  ///
  /// - Returns: The names of its properties, none when there is no such model.
  static func ofModel(of device: JSONValue, _ client: APIClient, namespace: String) async throws -> [String] {
    guard let model = device.at("spec", "deviceModelRef", "name")?.string, !model.isEmpty, !model.contains("/") else { return [] }
    let path = APIClient.path(
      group: "devices.kubeedge.io", version: "v1beta1", resource: "devicemodels", namespace: namespace, name: model)
    let answer = try await client.request("GET", path)
    if answer.status == 404 { return [] }
    return (try answer.checked().json().at("spec", "properties")?.array ?? []).compactMap { $0["name"]?.string }
  }

  /// Says that there is no such property, and which there are.
  func unknown(_ property: String) -> CommandError {
    let known = own + ofModel.filter { !own.contains($0) }
    return CommandError(
      "the device \"\(device)\" has no property \"\(property)\"; it has: \(known.isEmpty ? "none" : known.joined(separator: ", "))")
  }
}
