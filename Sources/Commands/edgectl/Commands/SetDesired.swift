import APIClient
import ArgumentParser
import JSON

/// `edgectl set`
struct SetDesired: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Set desired values of a device's properties.",
    discussion: """
      Examples:
        edgectl set temperature target=75
        edgectl set boiler target=68.5 --wait

      The mapper of the device writes the values to it; `edgectl watch` shows when they are reported back.
      """
  )

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Wait until the device reports the values.")
  var wait = false

  @Option(help: ArgumentHelp("How long to wait at most, in seconds or for instance as 2m.", valueName: "TIME"))
  var timeout: Timeout = .seconds(60)

  @Argument(help: ArgumentHelp("The device.", valueName: "DEVICE"), completion: .custom(Completions.devices))
  var device: String

  @Argument(
    help: ArgumentHelp("A property and the value it shall have.", valueName: "PROPERTY=VALUE"),
    completion: .custom(Completions.assignments))
  var values: [Assignment]

  struct Assignment: ExpressibleByArgument, Equatable {
    let property: String
    let value: String

    init?(argument: String) {
      guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
      property = String(argument[..<equals])
      value = String(argument[argument.index(after: equals)...])
    }
  }

  func validate() throws {
    try checkName(deviceName, "device")
    let names = values.map(\.property)
    guard timeout.duration >= .seconds(1) else { throw ValidationError("--timeout takes 1 second or more") }
    if Set(names).count != names.count { throw ValidationError("a property is given twice") }
  }

  /// `device/temperature` is understood too.
  private var deviceName: String { device.hasPrefix("device/") ? String(device.dropFirst(7)) : device }

  func run() async throws {
    let client = try global.client()
    func path(_ resource: String, _ name: String?) -> String {
      APIClient.path(group: "devices.kubeedge.io", version: "v1beta1", resource: resource, namespace: global.namespaceOrDefault, name: name)
    }
    for attempt in 1... {
      let current = try await client.get(path("devices", deviceName))
      var edit = DesiredEdit(device: current)
      if !edit.missing(values).isEmpty {
        edit.modelProperties = try await PropertyNames.ofModel(of: current, client, namespace: global.namespaceOrDefault)
      }
      let patch = try edit.patch(values, now: WallTime.now.milliseconds)
      let answer = try await client.request(
        "PATCH", path("devices", deviceName), query: [("fieldManager", "edgectl")], body: patch,
        contentType: APIClient.PatchType.json.rawValue)
      // The device was edited in between: its properties may stand in other places now.
      if [409, 422].contains(answer.status), attempt < 5,
        try await client.get(path("devices", deviceName)).at("spec", "properties") != current.at("spec", "properties")
      {
        continue
      }
      try answer.checked()
      for warning in answer.warnings { Output.error.note("Warning: \(DisplayText.safe(warning))") }
      for value in values { try Output.standard.write("\(deviceName) \(value.property) desired \(value.value)\n") }
      break
    }
    if wait { try await waitUntilReached(client, path("devices", nil)) }
  }

  private func waitUntilReached(_ client: APIClient, _ path: String) async throws {
    let deadline = timeout.duration
    let values = values
    let deviceName = deviceName
    let last = try await withThrowingTaskGroup(of: DesiredProgress?.self) { group in
      let (progress, feed) = AsyncStream.makeStream(of: DesiredProgress.self)
      group.addTask {
        for await change in client.follow(path, query: [("fieldSelector", "metadata.name=\(deviceName)")]) {
          switch change {
          case .reset(let objects):
            guard let device = objects.first else { throw CommandError("the device \"\(deviceName)\" is gone") }
            feed.yield(DesiredProgress(values, device: device))
          case .changed(let device): feed.yield(DesiredProgress(values, device: device))
          case .removed: throw CommandError("the device \"\(deviceName)\" is gone")
          case .disconnected(let error): feed.yield(.pending(error.message))
          }
        }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: deadline)
        feed.finish()
        return nil
      }
      group.addTask {
        var last: DesiredProgress?
        for await now in progress {
          last = now
          if case .pending = now { continue }
          break
        }
        return last ?? .pending("")
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      return .pending("")
    }
    switch last {
    case .reached:
      for value in values { try Output.standard.write("\(deviceName) \(value.property) reported \(value.value)\n") }
    case .refused(let why): throw CommandError("refused: \(DisplayText.safe(why))")
    case .pending(let why):
      throw CommandError(
        "not reported within \(timeout.duration.components.seconds) seconds" + (why.isEmpty ? "" : ": \(DisplayText.safe(why))"))
    }
  }
}

/// The JSON patch that sets desired values, made from the device as it is.
struct DesiredEdit {
  let device: JSONValue
  /// The properties of the device's model, which the device needn't repeat.
  var modelProperties: [String] = []

  init(device: JSONValue) { self.device = device }

  private var properties: [JSONValue] { device.at("spec", "properties")?.array ?? [] }

  /// The properties that the device itself doesn't list.
  func missing(_ values: [SetDesired.Assignment]) -> [String] {
    let own = PropertyNames(device).own
    return values.map(\.property).filter { !own.contains($0) }
  }

  /// When the desired value that there is was wished, if it is this one: to wish the same anew, as one does for a device that
  /// has drifted, a later time has to be given, or nothing would change.
  private func earlierWish(_ value: SetDesired.Assignment) -> Int64? {
    let desired = device.at("status", "twins")?.array?.first { $0["propertyName"]?.string == value.property }?["desired"]
    guard !value.value.isEmpty, desired?["value"]?.string == value.value else { return nil }
    return desired?.at("metadata", "timestamp")?.string.flatMap { Int64($0) }
  }

  /// The patch. Each change first tests that the property still stands where it stood: a device's resource version
  /// changes with every reported value and can't be the condition.
  ///
  /// - Parameter now: Milliseconds since 1970.
  /// - Throws: ``CommandError`` naming the properties there are, when one isn't.
  func patch(_ values: [SetDesired.Assignment], now: Int64) throws -> JSONValue {
    var operations: [JSONValue] = []
    var added: [JSONValue] = []
    for value in values {
      let timestamp = earlierWish(value).map { JSONValue.string("\(max(now, $0 == .max ? $0 : $0 + 1))") }
      if let index = properties.firstIndex(where: { $0["name"]?.string == value.property }) {
        var desired = properties[index]["desired"] ?? [:]
        desired["value"] = .string(value.value)
        // The time identified the value that was set before.
        var metadata = desired["metadata"]?.object ?? [:]
        metadata["timestamp"] = timestamp
        desired["metadata"] = metadata.isEmpty ? nil : .object(metadata)
        operations.append(["op": "test", "path": .string("/spec/properties/\(index)/name"), "value": .string(value.property)])
        operations.append(["op": "add", "path": .string("/spec/properties/\(index)/desired"), "value": desired])
      } else if modelProperties.contains(value.property) {
        var desired: JSONValue = ["value": .string(value.value)]
        if let timestamp { desired["metadata"] = ["timestamp": timestamp] }
        added.append(["name": .string(value.property), "desired": desired])
      } else {
        var names = PropertyNames(device)
        names.ofModel = modelProperties
        throw names.unknown(value.property)
      }
    }
    if !added.isEmpty {
      if device.at("spec", "properties")?.array == nil {
        operations.append(["op": "add", "path": "/spec/properties", "value": .array(added)])
      } else {
        operations += added.map { ["op": "add", "path": "/spec/properties/-", "value": $0] }
      }
    }
    return .array(operations)
  }
}
