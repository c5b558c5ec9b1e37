import Testing

@testable import EdgeCore

@Suite("What waits for a watcher")
struct WatchQueueTests {
  private func revisions(_ messages: [WatchMessage]?) -> [Int64]? {
    messages?.map { message in
      switch message {
      case .bookmark(let revision): revision
      case .event(let event): event.resourceVersion
      }
    }
  }

  @Test("All that waits is taken at once, in order, and then the end")
  func order() async throws {
    let queue = WatchQueue(capacity: 10)
    for revision in Int64(1)...3 { #expect(queue.put(.bookmark(revision)) == .taken) }
    #expect(revisions(try await queue.next()) == [1, 2, 3])
    queue.put(.bookmark(4))
    queue.finish()
    #expect(queue.put(.bookmark(5)) == .ended)
    #expect(revisions(try await queue.next()) == [4])
    #expect(try await queue.next() == nil)
  }

  @Test("A reader that waits is woken by a message, by the end, and when it is cancelled")
  func waiting() async throws {
    let queue = WatchQueue(capacity: 10)
    async let first = queue.next()
    queue.put(.bookmark(1))
    #expect(revisions(try await first) == [1])
    let reader = Task { try await queue.next() }
    reader.cancel()
    #expect(try await reader.value == nil)
    #expect(queue.isEnded)
  }

  @Test("No more waits than it has room for; what it has is told before why it ends")
  func full() async throws {
    let queue = WatchQueue(capacity: 2)
    #expect(queue.put(.bookmark(1)) == .taken && queue.put(.bookmark(2)) == .taken && queue.put(.bookmark(3)) == .full)
    queue.finish(throwing: WatcherLagged())
    #expect(revisions(try await queue.next()) == [1, 2])
    await #expect(throws: WatcherLagged.self) { try await queue.next() }
  }

  @Test("It ends with the last who could read it")
  func abandoned() {
    let queue = WatchQueue(capacity: 2)
    var reader: WatchQueue.Reader? = WatchQueue.Reader(queue)
    #expect(reader != nil && !queue.isEnded)
    reader = nil
    #expect(queue.isEnded)
  }

  @Test("Lines are sent in pieces")
  func pieces() {
    var text = WatchText(pieceBytes: 10)
    #expect(text.takeRest() == nil)
    #expect(text.add([1, 2, 3]) == nil)
    #expect(text.add([4, 5, 6, 7, 8, 9, 10]) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    #expect(text.add([1]) == nil)
    #expect(text.takeRest() == [1])
    #expect(text.takeRest() == nil)
  }
}
