import APIClient
import JSON
import TestSupport
import Testing

private typealias Step = ScriptedServer.Step

private func event(_ type: String, _ name: String, _ version: Int) -> String {
  #"{"type":"\#(type)","object":{"kind":"Device","metadata":{"name":"\#(name)","resourceVersion":"\#(version)"}}}"# + "\n"
}

private func object(_ name: String, _ version: Int) -> JSONValue {
  ["kind": "Device", "metadata": ["name": .string(name), "resourceVersion": .string("\(version)")]]
}

private func list(_ version: Int, _ items: [JSONValue] = []) -> [Step] {
  let list: JSONValue = ["kind": "DeviceList", "metadata": ["resourceVersion": .string("\(version)")], "items": .array(items)]
  return Step.answer(200, list.text)
}

@Suite("Watches")
struct WatchTests {
  @Test("Events arrive whole, wherever the chunks cut them")
  func chunks() async throws {
    let text = event("ADDED", "a", 1) + event("MODIFIED", "a", 2) + event("BOOKMARK", "", 3) + event("DELETED", "a", 4)
    for size in [1, 7, text.utf8.count] {
      let bytes = Array(text.utf8)
      let chunks = stride(from: 0, to: bytes.count, by: size).map { start in
        Step.chunk(String(decoding: bytes[start..<min(start + size, bytes.count)], as: UTF8.self))
      }
      let server = try await ScriptedServer([[.chunkedHead] + chunks + [.lastChunk, .close]])
      var events: [WatchEvent] = []
      for try await event in try await APIClient(server: server.url).watch("/devices", resourceVersion: "1") { events.append(event) }
      #expect(events.map(\.type) == [.added, .modified, .bookmark, .deleted])
      #expect(events.map(\.resourceVersion) == ["1", "2", "3", "4"])
      #expect(server.requests.first?.uri == "/devices?watch=true&allowWatchBookmarks=true&timeoutSeconds=300&resourceVersion=1")
    }
  }

  @Test("An event is delivered when it comes, not when the watch ends")
  func live() async throws {
    let server = try await ScriptedServer([[.chunkedHead, .chunk(event("ADDED", "a", 1)), .pause, .chunk(event("ADDED", "b", 2)), .pause]])
    var events = try await APIClient(server: server.url).watch("/devices").makeAsyncIterator()
    #expect(try await events.next()?.object == object("a", 1))
    server.proceed()
    #expect(try await events.next()?.object == object("b", 2))
  }

  @Test("A broken connection, an error event, a long line and a refusal are thrown")
  func failures() async throws {
    let gone = #"{"kind":"Status","code":410,"reason":"Expired","message":"too old resource version: 1 (5)"}"#
    let server = try await ScriptedServer([
      [.chunkedHead, .chunk(event("ADDED", "a", 1)), .close],
      [.chunkedHead, .chunk(#"{"type":"ERROR","object":\#(gone)}"# + "\n"), .pause],
      [.chunkedHead, .chunk(String(repeating: "x", count: 600)), .chunk(String(repeating: "x", count: 600)), .pause],
      Step.answer(410, gone),
    ])
    var options = APIClient.Options()
    options.maximumEventBytes = 1000
    let client = try APIClient(server: server.url, options: options)
    var count = 0
    let lost = try await #require(throws: APIError.self) {
      for try await _ in try await client.watch("/devices") { count += 1 }
    }
    #expect(lost.code == .connectionLost)
    #expect(count == 1)
    for check in [{ $0.isGone && $0.reason == "Expired" }, { $0.code == .tooLarge }, { $0.isGone }] as [(APIError) -> Bool] {
      let error = try await #require(throws: APIError.self) {
        for try await _ in try await client.watch("/devices") {}
      }
      #expect(check(error), "\(error)")
    }
  }

  @Test("A cancelled reader ends at once, and letting go closes the connection")
  func cancellation() async throws {
    let server = try await ScriptedServer([[.chunkedHead, .pause], [.chunkedHead, .pause]])
    let client = try APIClient(server: server.url)
    let task = Task {
      var count = 0
      for try await _ in try await client.watch("/devices") { count += 1 }
      return count
    }
    try await eventually { server.requests.count == 1 }
    task.cancel()
    _ = await task.result
    try await eventually("the first connection is closed") { server.closed == 1 }
    _ = try await client.watch("/devices")
    try await eventually("the second connection is closed") { server.closed == 2 }
  }

  @Test("A watch that outlives its time is ended from this side")
  func lifetime() async throws {
    let server = try await ScriptedServer([[.chunkedHead, .pause]])
    var options = APIClient.Options()
    options.watchTimeout = .seconds(-30) + .milliseconds(100)
    for try await _ in try await APIClient(server: server.url, options: options).watch("/devices") {}
    try await eventually("the connection is closed") { server.closed == 1 }
  }
}

@Suite("Following a collection")
struct FollowTests {
  let backoff = Backoff(first: .milliseconds(1), longest: .milliseconds(5))

  @Test("List, watch, watch on after an orderly end, list again after 410 and after a broken connection")
  func follow() async throws {
    let gone = #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"old"}}"# + "\n"
    let server = try await ScriptedServer([
      list(5, [object("a", 3)]),
      [.chunkedHead, .chunk(event("ADDED", "b", 6)), .chunk(event("BOOKMARK", "", 8)), .lastChunk, .close],
      [.chunkedHead, .chunk(event("DELETED", "a", 9)), .chunk(gone), .close],
      list(10, [object("b", 6)]),
      [.chunkedHead, .chunk(event("MODIFIED", "b", 11)), .close],
      Step.answer(500, ""),
      list(12),
      [.chunkedHead, .pause],
    ])
    var changes = try APIClient(server: server.url).follow("/devices", query: [("fieldSelector", "x=y")], backoff: backoff)
      .makeAsyncIterator()
    #expect(await changes.next() == .reset([object("a", 3)]))
    #expect(await changes.next() == .changed(object("b", 6)))
    #expect(await changes.next() == .removed(object("a", 9)))
    #expect(await changes.next() == .reset([object("b", 6)]))
    #expect(await changes.next() == .changed(object("b", 11)))
    guard case .disconnected(let lost)? = await changes.next() else { Issue.record("no disconnected"); return }
    #expect(lost.code == .connectionLost)
    guard case .disconnected(let failed)? = await changes.next() else { Issue.record("no disconnected"); return }
    #expect(failed.status == 500)
    #expect(await changes.next() == .reset([]))
    let uris = server.requests.map(\.uri)
    #expect(uris[0] == "/devices?fieldSelector=x%3Dy&limit=500")
    #expect(uris[1].hasSuffix("&resourceVersion=5"))
    #expect(uris[2].hasSuffix("&resourceVersion=8"))
  }

  @Test("A server that goes away and comes back is found again")
  func restart() async throws {
    let port = freePort()
    var changes = try APIClient(server: "http://127.0.0.1:\(port)").follow("/devices", backoff: backoff).makeAsyncIterator()
    guard case .disconnected(let error)? = await changes.next() else { Issue.record("no disconnected"); return }
    #expect(error.code == .connectionRefused)
    let server = try await ScriptedServer([list(1)], port: port)
    while true {
      guard let change = await changes.next() else { Issue.record("ended"); return }
      if change == .reset([]) { break }
    }
    try await server.stop()
  }

  @Test("A cancelled follower ends, whether it watches or waits")
  func cancellation() async throws {
    let server = try await ScriptedServer([list(1), [.chunkedHead, .pause]])
    let port = freePort()
    for url in [server.url, "http://127.0.0.1:\(port)"] {
      let changes = try APIClient(server: url).follow("/devices", backoff: Backoff(first: .seconds(600), longest: .seconds(600)))
      let (news, heard) = AsyncStream.makeStream(of: Void.self)
      let task = Task {
        for await _ in changes { heard.yield() }
      }
      for await _ in news { break }
      task.cancel()
      await task.value
    }
  }
}

@Suite("The decisions of a follower")
struct ListWatchStateTests {
  private let refused = APIError(.connectionRefused, server: "s", "refused")
  private let gone = APIError(server: "s", status: 410, object: nil)

  @Test("Failures are waited for longer and longer, and forgotten after a success")
  func backoff() throws {
    var state = ListWatchState()
    #expect(state.step == .list)
    for count in 1...3 {
      #expect(state.failed(refused) == .disconnected(refused))
      #expect(state.step == .wait(failures: count))
      state.waited()
      #expect(state.step == .list)
    }
    let backoff = Backoff(first: .milliseconds(100), longest: .seconds(1))
    #expect((1...6).map { backoff.delay(afterFailures: $0, jitter: 1) } == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
    #expect(backoff.delay(afterFailures: 1, jitter: 0) == .milliseconds(50))
  }

  @Test("410 is mended by a new list at once, and slowly when it doesn't stop")
  func expired() {
    var state = ListWatchState()
    #expect(state.failed(gone) == nil)
    #expect(state.step == .list)
    #expect(state.failed(gone) == nil)
    #expect(state.step == .wait(failures: 2))
  }
}
