import MapperSDK
import MapperTesting
import Synchronization

/// Speaks to bells, with a flaw if wanted.
struct BellDriver: DeviceDriver {
  struct ProtocolConfig: Decodable, Sendable { var bell: Int64 }
  struct Visitor: Decodable, Sendable { var line: String }

  static let protocolName = "bell"
  static let schema = DriverSchema(
    protocolConfig: [.init("bell", .anyInteger, isRequired: true, doc: "the bell's number")],
    visitor: [.init("line", .oneOf(["button", "lamp", "count"]), isRequired: true, doc: "what of the bell")],
    commands: [.init("ring", argument: "how often", doc: "rings")])

  var flaw: BellFlaw?

  func bus(of device: DeviceName, config: ProtocolConfig) -> BusID { BusID("bell \(config.bell)") }

  func delivery(of point: BellConnection.Point) -> Delivery { point.visitor.line == "count" ? .polled : .byException }

  func connect(to bus: BusID, config: ProtocolConfig, logger: Logger) async throws -> BellConnection {
    guard let bell = Bell.all.withLock({ $0[config.bell] }) else {
      throw ReadingError(.notConnected, "there is no bell \(config.bell)")
    }
    return BellConnection(bell: bell, flaw: flaw)
  }
}

/// The way to a bell.
final class BellConnection: DeviceConnection {
  typealias Point = DevicePoint<BellDriver.ProtocolConfig, BellDriver.Visitor>

  private let bell: Bell
  private let flaw: BellFlaw?
  private let wasRead = Mutex(false)
  private let watches = Mutex(0)

  init(bell: Bell, flaw: BellFlaw?) {
    self.bell = bell
    self.flaw = flaw
  }

  func read(_ points: [Point]) async throws -> [Reading] {
    wasRead.withLock { $0 = true }
    return try points.map { .value(try Value(parsing: bell.value(of: $0.visitor.line), as: $0.type)) }
  }

  func write(_ value: Value, to point: Point) async throws { bell.set(value.text ?? "", of: point.visitor.line) }

  func watch(_ points: [Point], _ sink: EventSink) async throws {
    let run = watches.withLock { count in
      count += 1
      return count
    }
    if flaw == .tellsNothing { return }
    let lines = points.map(\.visitor.line)
    var count = 0
    var held: [PointEvent] = []
    for await (line, text) in bell.changes() {
      var place = lines.firstIndex(of: line)
      switch flaw {
      case .tellsOfTheFirst where place != nil: place = 0
      case .tellsOfOthers where run > 2: place = place ?? 0
      case .deafAfterReads where wasRead.withLock({ $0 }): continue
      default: break
      }
      guard let place else { continue }
      count += 1
      let event = PointEvent(point: place, reading: .value(.bool(text == "true"), time: SystemClock.milliseconds()))
      switch flaw {
      case .dropsSome where count.isMultiple(of: 3): continue
      case .swapsThem where held.isEmpty: held = [event]
      default:
        sink.send([event] + held)
        held = []
      }
    }
    if flaw == .watchesForEver { await withUnsafeContinuation { self.neverResume($0) } }
  }

  /// What waits for this waits for ever.
  private func neverResume(_ continuation: UnsafeContinuation<Void, Never>) {}

  func perform(_ command: DeviceCommand, on point: Point) async throws {
    if flaw == .doesNothing { return }
    guard command.name == "ring" || flaw == .takesAnyCommand else {
      throw ReadingError(.failed, "a bell doesn't know \(command.name)")
    }
    bell.set(command.argument, of: "count")
  }

  func close() async {}
}
