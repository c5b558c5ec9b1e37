import Glibc
import JSON
import Synchronization
import TestSupport

/// An API server with Devices and DeviceModels in memory, which are listed and watched, Secrets and ConfigMaps, which are by name, and
/// Events, which are made and changed.
final class FakeAPI: Sendable {
  private struct State {
    var objects: [String: [String: JSONValue]] = ["devices": [:], "devicemodels": [:], "secrets": [:], "configmaps": [:]]
    var version = 1
    var watchers: [(descriptor: Int32, resource: String, name: String?)] = []
    var hidesSecrets = false
    var connections: Set<Int32> = []
    var isStopped = false
    var events: [String: JSONValue] = [:]
    var eventRequests: [String] = []
    var eventRefusal: Int?
    var configMaps: [String: JSONValue] = [:]
    var configMapRequests: [String] = []
    var configMapRefusal: Int?
  }

  let port: Int
  private let listener: Int32
  private let state = Mutex(State())

  var url: String { "http://127.0.0.1:\(port)" }

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    self.listener = listener
    guard bound == 0, named == 0, listen(listener, 16) == 0 else { throw TestSupportError("no socket for the API: \(errno)") }
    startThread { [weak self, listener] in
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        guard let self else {
          close(descriptor)
          return
        }
        startThread { [weak self] in self?.serve(descriptor) }
      }
    }
  }

  deinit { stop() }

  /// Ends all connections and answers no more.
  func stop() {
    state.withLock { state in
      guard !state.isStopped else { return }
      state.isStopped = true
      shutdown(listener, Int32(SHUT_RDWR))
      close(listener)
      for descriptor in state.connections { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  /// Shows Secrets without their data from now on, as to a client without a credential.
  func hideSecrets() { state.withLock { $0.hidesSecrets = true } }

  /// How many watches there are on all resources together.
  var watches: Int { state.withLock { $0.watchers.count } }

  /// The Events, in the order of their names.
  var events: [JSONValue] { state.withLock { $0.events.sorted { $0.key < $1.key }.map(\.value) } }

  /// The methods of all requests about Events, in their order.
  var eventRequests: [String] { state.withLock { $0.eventRequests } }

  /// Answers requests about Events with this status from now on; `nil` to take them.
  func refuseEvents(_ status: Int?) { state.withLock { $0.eventRefusal = status } }

  /// Deletes all Events.
  func forgetEvents() { state.withLock { $0.events = [:] } }

  /// The ConfigMaps by name.
  var configMaps: [String: JSONValue] { state.withLock { $0.configMaps } }

  /// The methods of all requests about ConfigMaps, in their order.
  var configMapRequests: [String] { state.withLock { $0.configMapRequests } }

  /// Answers requests about ConfigMaps with this status from now on; `nil` to take them.
  func refuseConfigMaps(_ status: Int?) { state.withLock { $0.configMapRefusal = status } }

  /// Changes a ConfigMap behind everybody's back.
  func put(configMap: JSONValue) {
    state.withLock { $0.configMaps[configMap.at("metadata", "name")?.string ?? ""] = configMap }
  }

  /// Creates or replaces an object.
  func apply(_ object: JSONValue) {
    guard let name = object.at("metadata", "name")?.string else { return }
    state.withLock { state in
      let resource = Self.resource(object)
      state.version += 1
      var object = object
      object["metadata"]?["resourceVersion"] = .string("\(state.version)")
      let isNew = state.objects[resource]?.updateValue(object, forKey: name) == nil
      Self.tell(isNew ? "ADDED" : "MODIFIED", object, resource, state)
    }
  }

  /// Deletes an object.
  func delete(_ resource: String, _ name: String) {
    state.withLock { state in
      state.version += 1
      guard let object = state.objects[resource]?.removeValue(forKey: name) else { return }
      Self.tell("DELETED", object, resource, state)
    }
  }

  private static func resource(_ object: JSONValue) -> String { "\(object["kind"]?.string?.lowercased() ?? "")s" }

  private static func tell(_ type: String, _ object: JSONValue, _ resource: String, _ state: State) {
    let event: JSONValue = ["type": .string(type), "object": shown(object, state)]
    let name = object.at("metadata", "name")?.string
    for watcher in state.watchers where watcher.resource == resource && (watcher.name ?? name) == name {
      send(watcher.descriptor, chunk(event.text + "\n"))
    }
  }

  private static func shown(_ object: JSONValue, _ state: State) -> JSONValue {
    guard state.hidesSecrets, object["kind"] == "Secret" else { return object }
    var object = object
    object["data"] = nil
    return object
  }

  private static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

  private static func send(_ descriptor: Int32, _ text: String) {
    _ = Glibc.send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL))
  }

  private func serve(_ descriptor: Int32) {
    state.withLock { _ = $0.connections.insert(descriptor) }
    var text = ""
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !text.contains("\r\n\r\n") {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      text += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
    let words = text.split(separator: " ", maxSplits: 2)
    if words.count == 3, words[1].contains("fieldSelector=") {
      answer(String(words[1]), descriptor)
    } else if words.count == 3, words[1].contains("/configmaps") {
      answerConfigMap(String(words[0]), String(words[1]), body(after: text, descriptor), descriptor)
    } else if words.count == 3, words[1].hasPrefix("/api/v1/") {
      answerEvent(String(words[0]), String(words[1]), body(after: text, descriptor), descriptor)
    } else if words.count == 3 {
      answer(String(words[1]), descriptor)
    }
    while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
    state.withLock { state in
      state.watchers.removeAll { $0.descriptor == descriptor }
      state.connections.remove(descriptor)
    }
    close(descriptor)
  }

  /// The body of a request whose head was read, and perhaps some of the body with it.
  private func body(after text: String, _ descriptor: Int32) -> JSONValue {
    guard let end = text.firstRange(of: "\r\n\r\n") else { return .null }
    var body = String(text[end.upperBound...])
    let lengthLine = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
    let length = lengthLine.flatMap { Int($0.drop { $0 != " " }.dropFirst()) } ?? 0
    var buffer = [UInt8](repeating: 0, count: 4096)
    while body.utf8.count < length {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      body += String(decoding: buffer.prefix(count), as: UTF8.self)
    }
    return (try? JSONValue(parsing: body)) ?? .null
  }

  private func answerEvent(_ method: String, _ target: String, _ body: JSONValue, _ descriptor: Int32) {
    let answer: (Int, JSONValue) = state.withLock { state in
      state.eventRequests.append(method)
      if let refusal = state.eventRefusal { return (refusal, ["kind": "Status", "message": "no events now"]) }
      let name = method == "POST" ? body.at("metadata", "name")?.string ?? "" : String(target.split(separator: "/").last ?? "")
      switch (method, state.events[name]) {
      case ("POST", nil): state.events[name] = body
      case ("PATCH", let known?):
        var known = known
        for (key, value) in body.object ?? [:] { known[key] = value }
        state.events[name] = known
      case ("POST", _): return (409, ["kind": "Status", "reason": "AlreadyExists"])
      default: return (404, ["kind": "Status", "reason": "NotFound"])
      }
      return (200, state.events[name] ?? .null)
    }
    respond(answer.0, answer.1, descriptor)
  }

  private func answerConfigMap(_ method: String, _ target: String, _ body: JSONValue, _ descriptor: Int32) {
    let answer: (Int, JSONValue) = state.withLock { state in
      state.configMapRequests.append(method)
      if let refusal = state.configMapRefusal { return (refusal, ["kind": "Status", "message": "no ConfigMaps now"]) }
      let name = method == "POST" ? body.at("metadata", "name")?.string ?? "" : String(target.split(separator: "/").last ?? "")
      switch (method, state.configMaps[name]) {
      case ("POST", nil): state.configMaps[name] = body
      case ("PATCH", var known?):
        known["data"] = body["data"]
        known["metadata"]?["labels"] = body.at("metadata", "labels")
        state.configMaps[name] = known
      case ("GET", .some): break
      case ("POST", _): return (409, ["kind": "Status", "reason": "AlreadyExists"])
      default: return (404, ["kind": "Status", "reason": "NotFound"])
      }
      return (200, state.configMaps[name] ?? .null)
    }
    respond(answer.0, answer.1, descriptor)
  }

  private func respond(_ status: Int, _ document: JSONValue, _ descriptor: Int32) {
    let body = document.text
    let head = "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n"
    Self.send(descriptor, head + body)
    shutdown(descriptor, Int32(SHUT_WR))
  }

  private func answer(_ target: String, _ descriptor: Int32) {
    let resource = ["devicemodels", "devices", "secrets", "configmaps"].first { target.contains("/\($0)") } ?? ""
    let name = target.split(separator: "metadata.name%3D").dropFirst().first.map { String($0.prefix { $0 != "&" }) }
    let levels = target.split(separator: "/").map(String.init)
    if levels.count == 7 {
      let object = state.withLock { $0.objects[resource]?[levels[6]] }
      return respond(object == nil ? 404 : 200, object ?? ["kind": "Status", "reason": "NotFound"], descriptor)
    }
    state.withLock { state in
      let objects = state.objects[resource, default: [:]].filter { $0.key == name ?? $0.key }.values.map { Self.shown($0, state) }
      if target.contains("watch=") {
        Self.send(descriptor, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        // What changed between the list and the watch is told again, which does no harm.
        for object in objects {
          let event: JSONValue = ["type": "MODIFIED", "object": object]
          Self.send(descriptor, Self.chunk(event.text + "\n"))
        }
        state.watchers.append((descriptor, resource, name))
      } else {
        let list: JSONValue = [
          "apiVersion": "devices.kubeedge.io/v1beta1", "kind": resource == "devices" ? "DeviceList" : "DeviceModelList",
          "metadata": ["resourceVersion": .string("\(state.version)")],
          "items": .array(objects),
        ]
        let body = list.text
        Self.send(
          descriptor,
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
        shutdown(descriptor, Int32(SHUT_WR))
      }
    }
  }
}
