internal import Glibc

/// Waits until something changes in some folders, with the kernel's inotify.
///
/// The kernel tells nothing of changes that others make in a network file system, so whoever waits looks for himself now
/// and then as well.
struct FolderWatch: ~Copyable {
  /// The kernel's number for what is watched; -1 when it can't watch.
  private let descriptor: Int32
  /// Which names in a folder count; all when `nil`.
  private var watched: [Int32: Set<String>?] = [:]

  /// How long a file has to be left alone before it is read, in milliseconds: who writes several of them, or one in
  /// parts, is to have finished.
  private static let settling: Int32 = 20
  private static let longestSettling = 25

  init() {
    descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the kernel tells of changes.
  var isPrompt: Bool { descriptor >= 0 && !watched.isEmpty }

  /// Watches these folders from now on, each for some names or all; those that aren't there are passed over.
  mutating func watch(_ folders: [String: Set<String>?]) {
    guard descriptor >= 0 else { return }
    let events =
      IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
    var new: [Int32: Set<String>?] = [:]
    for (folder, names) in folders {
      let number = inotify_add_watch(descriptor, folder, UInt32(bitPattern: events))
      guard number >= 0 else { continue }
      // Two paths may be one folder.
      if let others = new[number], let others, let names { new[number] = .some(others.union(names)) } else { new[number] = .some(names) }
    }
    for number in watched.keys where new[number] == nil { _ = inotify_rm_watch(descriptor, number) }
    watched = new
  }

  /// Waits for a change that counts, and then until it is quiet; whether there was one.
  ///
  /// Returns without one when the time is over or the signal is sent.
  mutating func wait(milliseconds: Int32, unless stop: StopSignal) -> Bool {
    let start = Self.uptime
    while true {
      let rest = Int64(milliseconds) - (Self.uptime - start)
      guard rest > 0, poll(stop, Int32(clamping: rest)) else { return false }
      guard takeEvents() else { continue }
      for _ in 0..<Self.longestSettling {
        guard poll(stop, Self.settling) else { return !stop.isSent }
        _ = takeEvents()
      }
      return true
    }
  }

  /// Whether there are events, and no signal.
  private func poll(_ stop: StopSignal, _ milliseconds: Int32) -> Bool {
    var descriptors = [pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)]
    if descriptor >= 0 { descriptors.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
    let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    return count > 0 && descriptors[0].revents == 0
  }

  /// Takes what the kernel has to tell; whether any of it counts.
  private mutating func takeEvents() -> Bool {
    var counts = false
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let length = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard length > 0 else { return counts }
      buffer.withUnsafeBytes { bytes in
        var offset = 0
        let header = MemoryLayout<inotify_event>.size
        while offset + header <= length {
          let event = bytes.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
          let nameBytes = bytes[(offset + header)..<min(length, offset + header + Int(event.len))].prefix { $0 != 0 }
          if self.counts(event, String(decoding: nameBytes, as: UTF8.self)) { counts = true }
          offset += header + Int(event.len)
        }
      }
    }
  }

  private func counts(_ event: inotify_event, _ name: String) -> Bool {
    // Events were lost: anything may have changed.
    if event.mask & UInt32(bitPattern: IN_Q_OVERFLOW) != 0 { return true }
    guard let names = watched[event.wd] else { return false }
    return name.isEmpty || names?.contains(name) ?? true
  }

  private static var uptime: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
