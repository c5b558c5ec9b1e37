internal import MapperSDK

/// What somebody beside the poller asks of a device, done at once.
extension DeviceWorker {
  /// Reads a property; what was read is reported as if it had been polled.
  func readNow(_ property: String) async throws(DeviceRequestError) -> PropertyReading {
    let (place, point) = try find(property)
    let result = await bus.perform(with: binding.unit) { connection in
      try await connection.read([point]).first ?? .failure(ReadingError(.failed, "the driver gave no answer for this property"))
    }
    switch result {
    case .success(let (reading, operation)): return try await told(reading, place, operation)
    case .failure(let failure): throw DeviceRequestError(failure.error, property, of: binding.name)
    }
  }

  /// Writes a property and reads it back; its desired value stays as it is.
  func writeNow(_ text: String, to property: String) async throws(DeviceRequestError) -> PropertyReading {
    let (place, point) = try find(property)
    guard point.isWritable else { throw .readOnly(property, of: binding.name) }
    guard !isReadOnly else {
      throw DeviceRequestError(.readOnly, "\(property) of \(binding.name) isn't written: \(Self.readOnlyReason)")
    }
    let value: Value
    do {
      value = try Value(parsing: text, as: point.type)
      try point.limits.check(value)
    } catch {
      throw DeviceRequestError(.invalidValue, "\(property) of \(binding.name): \(error.reason)")
    }
    let result = await bus.perform(with: binding.unit) { connection in
      try await Self.write(value, to: point, unlessItIs: false, connection)
    }
    switch result {
    case .success(let (reading, operation)):
      logger.info("\(property) is set to \(text.prefix(64)) on request")
      return try await told(reading, place, operation)
    case .failure(let failure): throw DeviceRequestError(failure.error, property, of: binding.name)
    }
  }

  /// Carries out one of the driver's commands on a property, and reads it.
  func performNow(_ command: DeviceCommand, on property: String) async throws(DeviceRequestError) -> PropertyReading {
    let (place, point) = try find(property)
    guard !isReadOnly else {
      throw DeviceRequestError(.readOnly, "\(command.name) of \(binding.name) isn't carried out: \(Self.readOnlyReason)")
    }
    let result = await bus.perform(with: binding.unit) { connection in
      try await connection.perform(command, on: point)
      return try await connection.read([point]).first ?? .failure(ReadingError(.failed, "the driver gave no answer for this property"))
    }
    switch result {
    case .success(let (reading, operation)):
      logger.info("\(command.name) of \(property) is carried out on request")
      return try await told(reading, place, operation)
    case .failure(let failure): throw DeviceRequestError(failure.error, property, of: binding.name)
    }
  }

  private func find(_ property: String) throws(DeviceRequestError) -> (place: Int, point: Point) {
    if let place = binding.place(of: property) { return (place, binding.points[place]) }
    guard let problem = binding.faults[property] else { throw .unknown(property: property, of: binding.name) }
    throw DeviceRequestError(.failed, "\(property) of \(binding.name) isn't served: \(problem)")
  }

  private func told(_ reading: Reading, _ place: Int, _ operation: UInt64) async throws(DeviceRequestError) -> PropertyReading {
    let now = clock.now()
    await take([.init(point: place, reading: reading, time: now, operation: operation)])
    let point = binding.points[place]
    switch reading {
    case .failure(let error): throw DeviceRequestError(error, point.property, of: binding.name)
    case .value(let value, let time), .uncertain(let value, let time, _):
      do {
        let value = try value.converted(to: point.type)
        guard let text = value.text else { throw ValueError(.notFinite, "the number is not finite") }
        return PropertyReading(value: text, type: point.type.rawValue, timestamp: time ?? now)
      } catch {
        throw DeviceRequestError(.failed, "\(point.property) of \(binding.name): \(error)")
      }
    }
  }
}

extension DeviceRequestError {
  init(_ error: ReadingError, _ property: String, of name: DeviceName) {
    let code: Code =
      switch error.code {
      case .timeout, .inProgress: .timeout
      case .notConnected: .notConnected
      case .readOnly: .readOnly
      default: error.scope == .unit ? .timeout : .failed
      }
    self.init(code, "\(property) of \(name): \(error.reason)")
  }
}
