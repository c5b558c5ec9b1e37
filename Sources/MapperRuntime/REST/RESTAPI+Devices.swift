internal import DeviceAPI
internal import JSON
internal import MapperSDK

extension RESTAPI {
  func listDevices() async -> RESTAnswer {
    let names = await directory.deviceNames().sorted()
    return answer([
      "Data": .array(names.map { ["Namespace": .string($0.namespace), "DeviceName": .string($0.name)] })
    ])
  }

  /// Reads or writes one property.
  func property(_ property: String, of name: DeviceName, _ request: RESTRequest) async throws(RESTError) -> RESTAnswer {
    try allow(["GET", "PUT", "POST"], request)
    do throws(DeviceRequestError) {
      guard ["PUT", "POST"].contains(request.method) else {
        return answer(["Data": Self.data(try await directory.read(property, of: name), property, name)])
      }
    } catch {
      throw RESTError(error)
    }
    let body = try RESTBody(request)
    let text = try body.value("value")
    do throws(DeviceRequestError) {
      return answer(["Data": Self.data(try await directory.write(text, to: property, of: name), property, name)])
    } catch {
      throw RESTError(error)
    }
  }

  /// A reading in mapper-framework's words.
  static func data(_ reading: PropertyReading, _ property: String, _ name: DeviceName) -> JSONValue {
    [
      "DeviceName": .string(name.name), "PropertyName": .string(property), "Namespace": .string(name.namespace),
      "Value": .string(reading.value), "Type": .string(reading.type), "TimeStamp": JSONValue(reading.timestamp),
    ]
  }

  /// What the model of a device says; of the device's properties, as far as it has chosen some.
  func model(of name: DeviceName) async throws(RESTError) -> RESTAnswer {
    let device = try await resolved(name)
    var model: JSONValue = [
      "id": .string("\(device.namespace)/\(device.modelName)"), "name": .string(device.modelName), "namespace": .string(device.namespace),
    ]
    model["properties"] = .array(
      device.properties.map { property in
        var entry: JSONValue = [
          "name": .string(property.name), "dataType": .string(property.type.twinType), "accessMode": .string(property.accessMode.rawValue),
        ]
        let optional = [
          ("description", property.description), ("minimum", property.minimum), ("maximum", property.maximum), ("unit", property.unit),
        ]
        for case (let key, let value?) in optional where !value.isEmpty { entry[key] = .string(value) }
        return entry
      })
    return answer(model)
  }

  func resolved(_ name: DeviceName) async throws(RESTError) -> ResolvedDevice {
    guard let device = await directory.resolved(name) else { throw RESTError(.unknown(device: name)) }
    return device
  }
}
