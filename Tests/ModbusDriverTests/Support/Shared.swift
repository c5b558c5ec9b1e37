import Synchronization

/// A value that several closures of a test share.
final class Shared<Value>: Sendable {
  private let value: Mutex<Value>

  init(_ value: sending Value) { self.value = Mutex(value) }

  func withLock<Result, Failure: Error>(_ body: (inout sending Value) throws(Failure) -> sending Result) throws(Failure) -> sending Result {
    try value.withLock(body)
  }
}
