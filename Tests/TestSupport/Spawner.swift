import Glibc
import Synchronization

/// What a process is started with.
struct Spawn: Sendable {
  var words: [String]
  var environment: [String]
  var standardInput: String
  var stdout: String
  var stderr: String

  /// Starts it.
  func start() throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, standardInput, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, stdout, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, stderr, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    // Sockets and files of the tests that run in parallel stay theirs. A descriptor that isn't open is passed over.
    for descriptor in 3..<Int32(1024) { posix_spawn_file_actions_addclose(&actions, descriptor) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var pid: pid_t = 0
    let code = withPointers(words) { arguments in
      withPointers(environment) { posix_spawn(&pid, words[0], &actions, &attributes, arguments, $0) }
    }
    guard code == 0 else { throw TestSupportError("cannot start \(words.joined(separator: " ")): \(String(cString: strerror(code)))") }
    return pid
  }

  private func withPointers<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers + [nil])
  }
}

/// One thread that starts every process and never ends.
///
/// The kernel's parent-death signal is sent when the *thread* ends that made the child; the threads of Swift's
/// executors come and go.
final class Spawner: Sendable {
  static let shared = Spawner()

  private typealias Job = @Sendable () -> Void
  private let jobs = Mutex<[Job]>([])
  private let wakeUp: (reader: Int32, writer: Int32)

  private init() {
    var ends: [Int32] = [-1, -1]
    pipe(&ends)
    wakeUp = (ends[0], ends[1])
    startThread { [self] in
      var bytes = [UInt8](repeating: 0, count: 64)
      while true {
        _ = read(wakeUp.reader, &bytes, bytes.count)
        let work = jobs.withLock { jobs in
          defer { jobs = [] }
          return jobs
        }
        for job in work { job() }
      }
    }
  }

  func start(_ spawn: Spawn) async throws -> pid_t {
    try await withCheckedThrowingContinuation { continuation in
      jobs.withLock { $0.append { continuation.resume(with: Result { try spawn.start() }) } }
      _ = write(wakeUp.writer, "!", 1)
    }
  }
}

/// Runs a body on a new thread of its own.
public func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = Unmanaged.passRetained(Box(body))
  pthread_create(
    &thread, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  pthread_detach(thread)
}
