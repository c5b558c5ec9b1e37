internal import DeviceAPI
package import MapperRuntime
public import MapperSDK
internal import Synchronization
package import TwinProtocol

/// An edge core in memory: records what devices report, and tells them what is desired. It needs no broker.
public final class FakeEdge: Sendable {
  /// What kind of core it is.
  public enum Kind: Sendable, Hashable {
    /// As Swiftlet's edgecore: it knows qualities, and remembers which desired values were written.
    case swiftlet
    /// As KubeEdge's: it knows values alone.
    case kubeEdge
  }

  private struct State {
    var reports: [EdgeReport] = []
    var data: [EdgeReport] = []
    var states: [EdgeState] = []
    var twins: [DeviceName: [String: Twin]] = [:]
    var devices: [DeviceName: any EdgeDevice] = [:]
    var lastWish: Int64 = 0
    var messages: UInt64 = 0
  }

  /// What kind of core it is.
  public let kind: Kind
  private let state = Mutex(State())
  private let signal = ChangeSignal()

  /// A core that knows no device yet.
  public init(_ kind: Kind = .swiftlet) { self.kind = kind }

  // MARK: What was told

  /// All reports of properties, in the order they came.
  public var reports: [EdgeReport] { state.withLock { $0.reports } }

  /// The reports of a property, in the order they came.
  public func reports(of property: String, of device: DeviceName) -> [EdgeReport] {
    reports.filter { $0.property == property && $0.device == device }
  }

  /// What was told to the devices' data topics, in the order it came.
  public var data: [EdgeReport] { state.withLock { $0.data } }

  /// The states of devices, in the order they were told; the same may be told again and again.
  public var states: [EdgeState] { state.withLock { $0.states } }

  /// The state of a device that was told last; `nil` before one was.
  public func state(of device: DeviceName) -> String? { states.last { $0.device == device }?.state }

  /// The devices that report here, by name.
  public var devices: [DeviceName] { state.withLock { $0.devices.keys.sorted() } }

  /// Forgets all reports, data and states; not the twins that they made.
  public func forget() {
    state.withLock { state in
      state.reports = []
      state.data = []
      state.states = []
    }
  }

  // MARK: Waiting

  /// Waits until something was told.
  ///
  /// - Parameters:
  ///   - expectation: What is waited for, for the error.
  ///   - duration: A generous deadline, of the system's time.
  ///   - isMet: Asked again after everything that is told.
  /// - Throws: ``WaitTimeout`` with the last reports.
  public func wait(
    for expectation: String, within duration: Duration = .seconds(30), until isMet: @escaping @Sendable (FakeEdge) -> Bool
  ) async throws {
    let result = await signal.wait(within: duration, observe: { isMet(self) }, until: { $0 })
    if !result.isMet { throw WaitTimeout(expectation: expectation, duration: duration, seen: lately) }
  }

  /// Waits for a report of a property.
  ///
  /// - Parameters:
  ///   - property: The property's name.
  ///   - device: The device.
  ///   - duration: A generous deadline, of the system's time.
  ///   - isWanted: Which report: any, unless given. Those that came before count.
  /// - Returns: The first such report.
  /// - Throws: ``WaitTimeout`` with the last reports.
  @discardableResult
  public func report(
    of property: String, of device: DeviceName, within duration: Duration = .seconds(30),
    where isWanted: @escaping @Sendable (EdgeReport) -> Bool = { _ in true }
  ) async throws -> EdgeReport {
    let (found, _) = await signal.wait(
      within: duration, observe: { self.reports(of: property, of: device).first(where: isWanted) }, until: { $0 != nil })
    guard let found else {
      throw WaitTimeout(expectation: "the report of \(property) of \(device)", duration: duration, seen: lately)
    }
    return found
  }

  private var lately: String {
    let (reports, states) = state.withLock { ($0.reports.suffix(5), $0.states.suffix(2)) }
    let texts = reports.map(\.description) + states.map(\.description)
    return texts.isEmpty ? "nothing" : texts.joined(separator: "; ")
  }

  // MARK: What is desired

  /// Wishes a property to have a value, as `kubectl` would.
  ///
  /// - Parameters:
  ///   - text: The value; an empty one takes the wish back.
  ///   - property: The property's name.
  ///   - device: The device.
  ///   - timestamp: What identifies the wish, in milliseconds since 1970; one after the last, unless given.
  /// - Returns: The timestamp.
  @discardableResult
  public func desire(_ text: String, for property: String, of device: DeviceName, at timestamp: Int64? = nil) async -> Int64 {
    let (timestamp, target, delta) = state.withLock { state in
      let timestamp = timestamp ?? max(SystemClock.milliseconds(), state.lastWish + 1)
      state.lastWish = max(state.lastWish, timestamp)
      state.messages += 1
      var twin = state.twins[device]?[property] ?? Twin()
      twin.expected = TwinValue(text, timestamp: timestamp)
      state.twins[device, default: [:]][property] = twin
      let differs = twin.actual?.value != text
      let delta = TwinDelta(
        envelope: Envelope(eventID: "fake-\(state.messages)", timestamp: timestamp), twins: [property: twin],
        delta: differs ? [property: text] : [:])
      return (timestamp, state.devices[device], delta)
    }
    guard let target else { return timestamp }
    // A device that can't tell what holds asks.
    if await target.received(delta, keepsMarks: kind == .swiftlet) { await answer(target, device) }
    return timestamp
  }

  /// Appears anew, as after a restart: devices tell everything again.
  public func restart() async {
    for (name, device) in state.withLock({ $0.devices.sorted { $0.key < $1.key } }) {
      await answer(device, name)
      await device.edgeAppeared()
    }
  }

  private func answer(_ device: any EdgeDevice, _ name: DeviceName) async {
    await device.received(state.withLock { $0.twins[name] ?? [:] }, keepsMarks: kind == .swiftlet)
  }
}

extension FakeEdge: EdgeReporting {
  /// Whether it is a core of ours.
  package var isSwiftlet: Bool { kind == .swiftlet }

  /// A device comes, and is told what is known of it.
  package func attach(_ device: any EdgeDevice, as id: DeviceID) async {
    let name = DeviceName(id)
    state.withLock { $0.devices[name] = device }
    signal.changed()
    await answer(device, name)
    // It had something to say, and is let go.
    if device.isLeaving { detach(id) }
  }

  /// A device goes.
  package func detach(_ id: DeviceID) {
    state.withLock { $0.devices[DeviceName(id)] = nil }
    signal.changed()
  }

  /// Records changes of a device's twin.
  package func report(_ twins: [String: Twin], of id: DeviceID, every: Set<String>) {
    let name = DeviceName(id)
    state.withLock { state in
      for (property, change) in twins.sorted(by: { $0.key < $1.key }) {
        state.reports.append(EdgeReport(change, property, name))
        var twin = state.twins[name]?[property] ?? Twin()
        if let actual = change.actual { twin.actual = actual }
        if let type = change.type { twin.type = type }
        if kind == .swiftlet, let written = change.written { twin.written = written }
        state.twins[name, default: [:]][property] = twin
      }
    }
    signal.changed()
  }

  /// Records a device's state.
  package func tell(state word: String, because reason: String?, of id: DeviceID) {
    state.withLock { $0.states.append(EdgeState(device: DeviceName(id), state: word, reason: reason)) }
    signal.changed()
  }

  /// Records what goes to a device's data topic.
  package func publish(data: [String: Twin], of id: DeviceID) {
    let name = DeviceName(id)
    state.withLock { state in
      state.data += data.sorted { $0.key < $1.key }.map { EdgeReport($0.value, $0.key, name) }
    }
    signal.changed()
  }
}

extension EdgeReport {
  init(_ twin: Twin, _ property: String, _ device: DeviceName) {
    self.init(
      device: device, property: property, value: twin.actual?.value,
      quality: twin.actual?.quality.flatMap(Quality.init(rawValue:)) ?? .good, reason: twin.actual?.reason,
      timestamp: twin.actual?.timestamp, type: twin.type,
      written: twin.written.map { EdgeWrite(timestamp: $0.timestamp, error: $0.error, isTimeout: $0.isTimeout) })
  }
}

extension DeviceName {
  init(_ id: DeviceID) { self.init(namespace: id.namespace, name: id.name) }
}
