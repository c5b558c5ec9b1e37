internal import CMalloc

/// How the process handles memory.
enum ProcessMemory {
  /// Blocks of at least so many bytes are given back to the system as soon as they are free: a report of a thousand properties
  /// has such blocks, and they come and go many times a second.
  private static let largeBlock: Int32 = 64 << 10

  /// Has glibc keep little memory that nobody uses.
  ///
  /// By itself it has an arena a thread, up to eight a core, each of which keeps what was once needed there; and it raises the
  /// size from which blocks are given back to that of the largest one that was ever freed. A mapper has a thread a bus, and
  /// all of them are rarely at work at the same time.
  static func keepLittle() {
    mallopt(M_ARENA_MAX, 1)
    mallopt(M_MMAP_THRESHOLD, largeBlock)
  }
}
