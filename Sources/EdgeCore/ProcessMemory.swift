import CMalloc

/// How the process handles memory.
public enum ProcessMemory {
  /// Blocks of at least so many bytes are given back to the system as soon as they are free.
  private static let largeBlock: Int32 = 128 << 10

  /// Has glibc keep little memory that nobody uses: by itself it has an arena a thread, each of which keeps what was once needed
  /// there, and raises the size from which blocks are given back to that of the largest one that was ever freed. To be called
  /// before there are threads.
  public static func keepLittle() {
    mallopt(M_ARENA_MAX, 1)
    mallopt(M_MMAP_THRESHOLD, largeBlock)
  }
}
