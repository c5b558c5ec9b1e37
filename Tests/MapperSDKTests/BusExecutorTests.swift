import Glibc
import MapperSDK
import Synchronization
import Testing

@Suite("A bus's thread", .timeLimit(.minutes(2)))
struct BusExecutorTests {
  /// A driver's call, as any module may declare it.
  private struct Blocking: Sendable {
    func call() async throws -> pthread_t {
      await Task.yield()
      return pthread_self()
    }
  }

  private final class Log: Sendable {
    private let state = Mutex<[Int]>([])
    var numbers: [Int] { state.withLock { $0 } }
    func append(_ number: Int) { state.withLock { $0.append(number) } }
  }

  @Test("What runs on it, runs on one and the same thread, after suspensions too")
  func oneThread() async throws {
    let executor = try BusExecutor()
    let other = try BusExecutor()
    let threads = try await withThrowingTaskGroup(of: pthread_t.self) { group in
      for _ in 0..<50 {
        group.addTask(executorPreference: executor) {
          let first = pthread_self()
          let second = try await Blocking().call()
          #expect(first == second)
          return first
        }
      }
      return try await group.reduce(into: Set<pthread_t>()) { $0.insert($1) }
    }
    #expect(threads.count == 1)
    let elsewhere = try await withTaskExecutorPreference(other) { try await Blocking().call() }
    #expect(!threads.contains(elsewhere))
  }

  @Test("Jobs run one after the other, in order")
  func order() async throws {
    let executor = try BusExecutor()
    let log = Log()
    await withDiscardingTaskGroup { group in
      for index in 0..<100 { group.addTask(executorPreference: executor) { log.append(index) } }
    }
    #expect(log.numbers == Array(0..<100))
  }

  @Test("A blocked bus holds nobody else up")
  func blocked() async throws {
    let executor = try BusExecutor()
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    let (reader, writer) = (ends[0], ends[1])
    defer {
      close(reader)
      close(writer)
    }
    async let blocked: Int = withTaskExecutorPreference(executor) {
      var byte: UInt8 = 0
      return read(reader, &byte, 1)
    }
    let other = try BusExecutor()
    #expect(try await withTaskExecutorPreference(other) { try await Blocking().call() } != pthread_self())
    try #require(write(writer, "!", 1) == 1)
    #expect(await blocked == 1)
  }
}
