internal import DeviceAPI
internal import JSON
internal import MapperSDK

extension RESTAPI {
  func listMethods(of name: DeviceName) async throws(RESTError) -> RESTAnswer {
    let device = try await resolved(name)
    let methods = device.methods.map { method -> JSONValue in
      let parameters = method.propertyNames.map { property -> JSONValue in
        ["PropertyName": .string(property), "ValueType": .string(device.property(property)?.type.twinType ?? "")]
      }
      let path = "/api/v1/devicemethod/\(name.namespace)/\(name.name)/\(method.name)/{propertyName}/{data}"
      return ["Name": .string(method.name), "Path": .string(path), "Parameters": .array(parameters)]
    }
    return answer(["Data": ["Methods": .array(methods)]])
  }

  /// Calls a method.
  ///
  /// - Parameter argument: A property and its value, when the path has them; else they are in the body.
  func call(
    _ methodName: String, of name: DeviceName, _ request: RESTRequest, _ argument: [String]
  ) async throws(RESTError) -> RESTAnswer {
    try allow(
      ["POST", "PUT"], request,
      else: "a method writes to the device, so it is called with POST, not \(request.method.prefix(16)): a GET must not change anything")
    let device = try await resolved(name)
    guard var method = device.methods.first(where: { $0.name == methodName }) else {
      let known = device.methods.map(\.name).joined(separator: ", ")
      throw RESTError(
        DeviceRequestError(
          .unknownMethod,
          "the device \(name) has no method \"\(methodName.prefix(128))\"" + (known.isEmpty ? "" : "; there are \(known)")))
    }
    let command = directory.command(method.name)
    let values: [String: String]
    if argument.isEmpty, request.body.isEmpty, let command, command.argument == nil {
      values = [:]
    } else if argument.count == 2 {
      guard method.propertyNames.contains(argument[0]) else {
        throw RESTError(
          DeviceRequestError(
            .unknownProperty, "the method \(method.name) of \(name) doesn't set \"\(argument[0].prefix(128))\""))
      }
      method.propertyNames = [argument[0]]
      values = [argument[0]: argument[1]]
    } else {
      values = try RESTBody(request).values(for: method.propertyNames)
    }
    var call: DeviceMethodCall
    do throws(DeviceRequestError) {
      call = try DeviceMethodCall(method, command: command, of: device, values: values)
    } catch {
      throw RESTError(error)
    }
    await call.run(on: name, in: directory)
    return outcome(of: call, name)
  }

  private func outcome(of call: DeviceMethodCall, _ name: DeviceName) -> RESTAnswer {
    let steps = call.steps.map { step -> JSONValue in
      var json: JSONValue = ["PropertyName": .string(step.property), "Value": .string(step.value)]
      switch step.outcome {
      case .notTried: json["Outcome"] = "NotTried"
      case .written(let reading):
        json["Outcome"] = call.command == nil ? "Written" : "Done"
        json["ReadBack"] = .string(reading.value)
        json["TimeStamp"] = JSONValue(reading.timestamp)
      case .failed(let error):
        json["Outcome"] = "Failed"
        json["Reason"] = .string(error.code.description)
        json["Message"] = .string(error.reason)
      }
      return json
    }
    let data: JSONValue = ["Method": .string(call.method), "Steps": .array(steps)]
    guard let (index, error) = call.failure else {
      let list = call.steps.map { $0.value.isEmpty ? $0.property : "\($0.property)=\($0.value.prefix(64))" }.joined(separator: ", ")
      return answer(
        ["Message": .string("\(call.method) of \(name): \(call.command == nil ? "written" : "done for") \(list)"), "Data": data])
    }
    let message =
      "\(call.method) of \(name): step \(index + 1) of \(call.steps.count), \(call.steps[index].property), failed: \(error.reason); "
      + "\(call.written) written before, \(call.steps.count - index - 1) not tried"
    let refusal = RESTError(error)
    return RESTAnswer(
      refusal.status, ["Message": .string(message), "Reason": .string(refusal.reason), "Data": data], now: clock.now())
  }
}
