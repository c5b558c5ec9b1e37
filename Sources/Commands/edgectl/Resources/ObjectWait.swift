import APIClient
import JSON

/// Follows one object until something is so.
struct ObjectWait {
  /// How it ended.
  enum End: Sendable, Hashable {
    case met
    /// The time is over; why it isn't so yet, as far as known.
    case timeout(String)
  }

  /// What a look at the object says.
  enum Look: Sendable, Hashable {
    case met
    /// Not yet; why, as far as known.
    case pending(String)
    /// It won't be.
    case never(String)
  }

  let client: APIClient
  let type: ResourceType
  let namespace: String?
  let name: String

  /// Waits.
  ///
  /// - Parameters:
  ///   - timeout: How long at most; with zero, one look is taken.
  ///   - look: Looks at the object; `nil` when it isn't there.
  /// - Throws: ``CommandError`` when it will never be so, ``APIError`` when the server refuses to be watched.
  func wait(timeout: Duration, until look: @escaping @Sendable (JSONValue?) -> Look) async throws -> End {
    let path = type.path(namespace: namespace)
    let (client, name) = (client, name)
    if timeout <= .zero {
      let answer = try await client.request("GET", type.path(namespace: namespace, name: name))
      switch look(answer.isNotFound ? nil : try answer.checked().json()) {
      case .met: return .met
      case .pending(let why): return .timeout(why)
      case .never(let why): throw CommandError(why)
      }
    }
    let (looks, feed) = AsyncStream.makeStream(of: Look.self)
    return try await withThrowingTaskGroup(of: End?.self) { group in
      group.addTask {
        for await change in client.follow(path, query: [("fieldSelector", "metadata.name=\(name)")]) {
          switch change {
          case .reset(let objects): feed.yield(look(objects.first { $0.at("metadata", "name")?.string == name }))
          case .changed(let object): feed.yield(look(object))
          case .removed: feed.yield(look(nil))
          case .disconnected(let error):
            // A server that can be reached and refuses will refuse again.
            if let status = error.status, (400..<500).contains(status), status != 429 { throw error }
            feed.yield(.pending(error.message))
          }
        }
        return nil
      }
      group.addTask {
        try await Task.sleep(for: timeout)
        feed.finish()
        return nil
      }
      group.addTask {
        var reason = ""
        for await look in looks {
          switch look {
          case .met: return .met
          case .pending(let why): reason = why
          case .never(let why): throw CommandError(why)
          }
        }
        return .timeout(reason)
      }
      defer { group.cancelAll() }
      while let end = try await group.next() {
        if let end { return end }
      }
      return .timeout("")
    }
  }
}

extension APIResponse {
  /// Whether the object isn't there.
  var isNotFound: Bool { status == 404 }
}
