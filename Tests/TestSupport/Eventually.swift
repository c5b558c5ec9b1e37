/// Waits until `condition` answers true; throws when it doesn't in time.
///
/// For processes outside, which tell nobody when they are done; inside the process wait for the event itself.
public func eventually(
  _ what: String = "the condition",
  within deadline: Duration = .seconds(30),
  every pause: Duration = .milliseconds(20),
  _ condition: () async throws -> Bool
) async throws {
  _ = try await eventually(what, within: deadline, every: pause, observing: condition) { $0 }
}

/// Observes again and again until what is seen satisfies `condition`, and returns it.
///
/// - Throws: ``TestSupportError`` naming what was seen last, when the deadline passes. An error thrown by
///   `observe` counts as seen, and the next try may do better.
@discardableResult
public func eventually<Value>(
  _ what: String = "the condition",
  within deadline: Duration = .seconds(30),
  every pause: Duration = .milliseconds(20),
  observing observe: () async throws -> Value,
  until condition: (Value) throws -> Bool
) async throws -> Value {
  let clock = ContinuousClock()
  let end = clock.now.advanced(by: deadline)
  var last: String
  repeat {
    do {
      let value = try await observe()
      if try condition(value) { return value }
      last = "\(value)"
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      last = "error: \(error)"
    }
    try await Task.sleep(for: pause)
  } while clock.now < end
  throw TestSupportError("\(what) didn't come true within \(deadline); last seen: \(last)")
}
