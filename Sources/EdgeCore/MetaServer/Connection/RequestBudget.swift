import Synchronization

/// How much is being answered at once, and how many bytes of bodies are in memory for it.
package final class RequestBudget: Sendable {
  private struct Use {
    var requests = 0
    var lists = 0
    var bytes = 0
  }

  private let limits: APILimits
  private let use = Mutex(Use())

  package init(limits: APILimits) { self.limits = limits }

  /// What a request takes up, until the last reference to it goes.
  package final class Share: Sendable {
    private struct Held {
      var bytes = 0
      var isList = false
    }

    private let budget: RequestBudget
    private let held = Mutex(Held())

    fileprivate init(_ budget: RequestBudget) { self.budget = budget }

    /// - Throws: ``APIStatus`` 429.
    func take(bytes: Int) throws(APIStatus) {
      guard budget.take({ $0.bytes + bytes <= $1.bodies }, { $0.bytes += bytes }) else {
        throw RequestBudget.tooMany("the bodies of requests take up all memory there is for them; try again later")
      }
      held.withLock { $0.bytes += bytes }
    }

    /// - Throws: ``APIStatus`` 429.
    func beginList() throws(APIStatus) {
      guard budget.take({ $0.lists < $1.lists }, { $0.lists += 1 }) else {
        throw RequestBudget.tooMany("too many lists are being read; try again later")
      }
      held.withLock { $0.isList = true }
    }

    deinit {
      let held = held.withLock { $0 }
      budget.use.withLock { use in
        use.requests -= 1
        use.bytes -= held.bytes
        if held.isList { use.lists -= 1 }
      }
    }
  }

  /// Begins a request.
  ///
  /// - Throws: ``APIStatus`` 429.
  package func begin() throws(APIStatus) -> Share {
    guard take({ $0.requests < $1.requests }, { $0.requests += 1 }) else {
      throw Self.tooMany("too many requests are being answered; try again later")
    }
    return Share(self)
  }

  private func take(_ isFree: (Use, APILimits) -> Bool, _ change: (inout Use) -> Void) -> Bool {
    use.withLock { use in
      guard isFree(use, limits) else { return false }
      change(&use)
      return true
    }
  }

  private static func tooMany(_ message: String) -> APIStatus { .tooMany(429, "TooManyRequests", message) }
}
