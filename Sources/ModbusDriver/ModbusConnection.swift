public import MapperSDK
internal import Synchronization

/// A Modbus line that is connected, shared by the units on it.
///
/// Its calls block, as the framework makes them on the thread of the line's bus, one after the other. Should others be
/// made meanwhile, they wait.
public final class ModbusConnection: DeviceConnection {
  private struct State {
    var client: ModbusClient
    /// Units that don't have function 22.
    var unitsWithoutMask: Set<UInt8> = []
    /// What units have accepted and don't show yet.
    var accepted: [AcceptedWrite] = []
  }

  /// How long a value is waited for that a unit has accepted with exception 5 (acknowledge), in milliseconds.
  public static let acceptedPatience = 60_000
  private let isReadOnly: Bool
  private let patience: Int
  private let state: Mutex<State>

  init(_ client: sending ModbusClient, isReadOnly: Bool, patience: Int) {
    self.isReadOnly = isReadOnly
    self.patience = patience
    state = Mutex(State(client: client))
  }

  /// Reads points of one unit with exactly one request; with none, if they can't be read for what their visitors say.
  public func read(_ points: [ModbusPoint]) async throws -> [Reading] {
    guard let config = points.first?.config else { return [] }
    let batch = try ModbusBatch(points)
    guard let span = batch.span else { return batch.readings(from: .registers([])) }
    let request = ModbusRequest(reading: span)
    do {
      let response = try state.withLock { state throws(ModbusError) in
        state.client.timing = config.timing
        let response = try state.client.send(request, to: config.unit)
        if !state.accepted.isEmpty { state.accepted.removeAll { $0.isShown(by: response.data, from: span, of: config.unit) } }
        return response
      }
      return batch.readings(from: response.data)
    } catch {
      throw error.readingError
    }
  }

  /// Writes a value: coils with function 5 or 15, registers with 6 or 16, a value of several registers with one request,
  /// and a bit of a register with 22, or by reading the register and writing it back where the unit doesn't have that.
  ///
  /// A unit that is busy is asked again for up to the response timeout. A unit that answers that it needs more time has
  /// accepted the value: it isn't sent again, but read back for up to the response timeout, so that the line isn't held
  /// longer by one unit. A value that isn't there by then is ``ReadingError/Code/inProgress``: whoever asks for the same
  /// write again has it looked at, for up to ``acceptedPatience`` altogether; after that it is ``ReadingError/Code/timeout``.
  public func write(_ value: Value, to point: ModbusPoint) async throws {
    guard !isReadOnly else {
      throw ReadingError(.readOnly, "\(point.property) is not written: this mapper only reads")
    }
    let write = try ModbusValueCodec(point).encode(value)
    let (config, isMasked) = (point.config, point.config.maskWrite == .auto)
    do {
      try state.withLock { state throws(ModbusError) in
        state.client.timing = config.timing
        var writer = ModbusWriter(
          client: state.client, unit: config.unit, usesMask: isMasked && !state.unitsWithoutMask.contains(config.unit))
        defer { if isMasked, !writer.usesMask { state.unitsWithoutMask.insert(config.unit) } }
        try perform(write, of: config.unit, writer: &writer, accepted: &state.accepted)
      }
    } catch {
      throw error.readingError
    }
  }

  /// Performs a write, unless the unit has accepted it already, and looks for it then.
  private func perform(
    _ write: ModbusWrite, of unit: UInt8, writer: inout ModbusWriter, accepted: inout [AcceptedWrite]
  ) throws(ModbusError) {
    let pending: AcceptedWrite
    let known = accepted.first { $0.unit == unit && $0.write == write }
    if let known {
      pending = known
    } else {
      accepted.removeAll { $0.isReplaced(by: write, of: unit) }
      guard try writer.perform(write) == .accepted else { return }
      pending = AcceptedWrite(unit: unit, write: write, deadline: MonotonicTime.now + Int64(patience) * 1000)
      accepted.append(pending)
    }
    let isShown = try writer.shows(write, isLookedForAgain: known != nil)
    let isOver = MonotonicTime.now >= pending.deadline
    if isShown || isOver { accepted.removeAll { $0 == pending } }
    guard !isShown else { return }
    let place = "unit \(unit) accepted what was written from \(write.span.table.noun) \(write.span.start) on"
    guard !isOver else {
      throw ModbusError(.unverified, "\(place), and doesn't show it within \(patience / 1000) s; it isn't sent again")
    }
    throw ModbusError(.inProgress, "\(place), and needs long for it: it doesn't show it yet")
  }

  /// Closes the connection, or the port.
  public func close() async { state.withLock { $0.client.close() } }
}

extension ModbusRequest {
  /// The request that reads a span.
  init(reading span: RegisterSpan) {
    let address = UInt16(clamping: span.start)
    self =
      switch span.table {
      case .coil: .readCoils(address: address, quantity: span.count)
      case .discreteInput: .readDiscreteInputs(address: address, quantity: span.count)
      case .input: .readInputRegisters(address: address, quantity: span.count)
      case .holding: .readHoldingRegisters(address: address, quantity: span.count)
      }
  }
}

extension ModbusResponse {
  /// What was read.
  var data: ModbusData {
    switch self {
    case .bits(let bits): .bits(bits)
    case .registers(let registers): .registers(registers)
    case .written, .identification: .registers([])
    }
  }
}
