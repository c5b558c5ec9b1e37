import MapperSDK
import MapperTesting
import Synchronization

/// A device in memory that tells of itself: a button, a lamp, and how often the bell rang.
final class Bell: DeviceSimulator {
  /// All bells, as a driver finds them.
  static let all = Mutex<[Int64: Bell]>([:])

  private struct State {
    var lines = ["button": "false", "lamp": "false", "count": "3"]
    var listeners: [Int: AsyncStream<(line: String, value: String)>.Continuation] = [:]
    var nextListener = 0
  }

  private let number: Int64
  private let state = Mutex(State())

  init() {
    number = Int64.random(in: 0 ... .max)
    Self.all.withLock { $0[number] = self }
  }

  var protocolConfig: JSONValue { ["bell": JSONValue(number)] }

  let properties = [
    SimulatedProperty("button", .boolean, visitor: ["line": "button"], values: ("true", "false")),
    SimulatedProperty("lamp", .boolean, visitor: ["line": "lamp"], isWritable: true, values: ("true", "false")),
    SimulatedProperty("count", .int, visitor: ["line": "count"], values: ("3", "4")),
  ]

  let commands = [SimulatedCommand("ring", argument: "7", on: "lamp", results: ["count": "7"])]

  func value(of property: String) -> String { state.withLock { $0.lines[property] ?? "" } }

  func set(_ text: String, of property: String) {
    state.withLock { state in
      guard state.lines[property] != text else { return }
      state.lines[property] = text
      for listener in state.listeners.values { listener.yield((property, text)) }
    }
  }

  /// How it is, line by line, and what happens from now on.
  func changes() -> AsyncStream<(line: String, value: String)> {
    let (stream, continuation) = AsyncStream.makeStream(of: (line: String, value: String).self)
    let number = state.withLock { state in
      for (line, value) in state.lines.sorted(by: { $0.key < $1.key }) { continuation.yield((line, value)) }
      state.nextListener += 1
      state.listeners[state.nextListener] = continuation
      return state.nextListener
    }
    continuation.onTermination = { _ in self.state.withLock { $0.listeners[number] = nil } }
    return stream
  }

  func inject(_ fault: DeviceFault?) throws {
    if fault != nil { throw NotSimulated("fail: it is in memory") }
  }

  func stop() { Self.all.withLock { $0[number] = nil } }
}
