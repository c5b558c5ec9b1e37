package import DeviceAPI
package import MapperSDK

/// A call of a device's method: writes of properties in the method's order, or one of the driver's commands for each, and
/// what became of each.
///
/// A value: steps come out, their outcomes go in.
package struct DeviceMethodCall: Sendable {
  /// One write, or one command.
  package struct Step: Sendable, Hashable {
    /// What became of it.
    package enum Outcome: Sendable, Hashable {
      /// It wasn't tried: it is not its turn, or one before it failed.
      case notTried
      /// It was written and read back, or carried out and read.
      case written(PropertyReading)
      /// It failed, and the rest of the call with it.
      case failed(DeviceRequestError)
    }

    /// The property.
    package let property: String
    /// The value to write, or the command's argument.
    package let value: String
    /// What became of it.
    package fileprivate(set) var outcome = Outcome.notTried
  }

  /// The method's name.
  package let method: String
  /// The driver's command that it is, if it isn't writes.
  package let command: DriverSchema.Command?
  /// The writes, or what the command is carried out on, in the method's order.
  package private(set) var steps: [Step]

  /// A call with a value for each property of a method.
  ///
  /// - Parameter command: The driver's command of the method's name, if there is one.
  /// - Throws: ``DeviceRequestError`` when a value is missing, or for a property that isn't the method's or can't be
  ///   written: nothing is to be written then.
  package init(
    _ method: DeviceMethod, command: DriverSchema.Command? = nil, of device: ResolvedDevice, values: [String: String]
  ) throws(DeviceRequestError) {
    self.command = command
    let name = DeviceName(namespace: device.namespace, name: device.name)
    self.method = method.name
    if let stranger = values.keys.sorted().first(where: { !method.propertyNames.contains($0) }) {
      throw DeviceRequestError(
        .invalidValue, "values.\(stranger.prefix(128)): the method \(method.name) of \(name) doesn't set that property")
    }
    var steps: [Step] = []
    for property in method.propertyNames {
      guard let resolved = device.property(property) else { throw .unknown(property: property, of: name) }
      if let command {
        if command.argument == nil, values[property] != nil {
          throw DeviceRequestError(.invalidValue, "values.\(property): \(command.name) of \(name) takes no argument")
        }
        guard let value = values[property] ?? (command.argument == nil ? "" : nil) else {
          throw DeviceRequestError(.invalidValue, "values.\(property): \(command.name) of \(name) needs \(command.argument ?? "")")
        }
        steps.append(Step(property: property, value: value))
        continue
      }
      guard resolved.accessMode == .readWrite else { throw .readOnly(property, of: name) }
      guard let value = values[property] else {
        throw DeviceRequestError(.invalidValue, "values.\(property): the method \(method.name) of \(name) needs a value for it")
      }
      steps.append(Step(property: property, value: value))
    }
    self.steps = steps
  }

  /// The index of the step to write now; `nil` when the call is done or has failed.
  package var next: Int? {
    failure == nil ? steps.firstIndex { $0.outcome == .notTried } : nil
  }

  /// The step that failed, if one did.
  package var failure: (step: Int, error: DeviceRequestError)? {
    for (index, step) in steps.enumerated() {
      if case .failed(let error) = step.outcome { return (index, error) }
    }
    return nil
  }

  /// How many were written.
  package var written: Int {
    steps.count {
      if case .written = $0.outcome { true } else { false }
    }
  }

  /// Takes what became of a step.
  package mutating func settle(_ step: Int, _ outcome: Step.Outcome) { steps[step].outcome = outcome }
}

extension DeviceMethodCall {
  /// Runs the steps, one after the other, until one fails.
  package mutating func run(on name: DeviceName, in directory: any DeviceDirectory) async {
    while let index = next {
      let (property, value) = (steps[index].property, steps[index].value)
      do throws(DeviceRequestError) {
        if let command {
          settle(index, .written(try await directory.perform(DeviceCommand(name: command.name, argument: value), on: property, of: name)))
        } else {
          settle(index, .written(try await directory.write(value, to: property, of: name)))
        }
      } catch {
        settle(index, .failed(error))
      }
    }
  }
}
