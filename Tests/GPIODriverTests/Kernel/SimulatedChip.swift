import Glibc
import Synchronization
import TestSupport

/// A chip of the kernel's gpio-sim, moved by its files.
final class SimulatedChip: Sendable {
  private static let folder = "/sys/kernel/config/gpio-sim"
  private static let number = Atomic<Int>(0)

  /// Its label, which no other has.
  let label: String
  /// Its name, for instance `gpiochip0`.
  let name: String
  private let lines: [Int]
  private let sysfs: String
  private let isThere = Mutex(true)

  /// Makes a chip.
  ///
  /// - Parameter label: Its label; one of its own unless given.
  init(_ label: String? = nil, lines count: Int = 8, names: [Int: String] = [:]) throws {
    self.label = label ?? "chip-\(Self.number.add(1, ordering: .relaxed).newValue)"
    let chip = "\(Self.folder)/\(self.label)"
    lines = names.keys.sorted()
    try Self.make(chip)
    try Self.make("\(chip)/bank0")
    try Self.write("\(chip)/bank0/label", self.label)
    try Self.write("\(chip)/bank0/num_lines", "\(count)")
    for (offset, name) in names {
      try Self.make("\(chip)/bank0/line\(offset)")
      try Self.write("\(chip)/bank0/line\(offset)/name", name)
    }
    try Self.write("\(chip)/live", "1")
    name = try Self.read("\(chip)/bank0/chip_name")
    sysfs = "/sys/devices/platform/\(try Self.read("\(chip)/dev_name"))/\(name)"
  }

  /// Moves an input from outside.
  func pull(_ line: Int, _ isUp: Bool) throws { try Self.write("\(sysfs)/sim_gpio\(line)/pull", isUp ? "pull-up" : "pull-down") }

  /// The level that the chip has.
  func value(_ line: Int) throws -> Bool { try Self.read("\(sysfs)/sim_gpio\(line)/value") == "1" }

  /// Waits until the chip has a level.
  func waits(for level: Bool, _ line: Int) async throws {
    try await eventually("line \(line) of \(label) is \(level)") { try value(line) == level }
  }

  /// Takes the chip away, whoever uses it.
  func remove() throws {
    guard
      isThere.withLock({ isThere in
        defer { isThere = false }; return isThere
      })
    else { return }
    let chip = "\(Self.folder)/\(label)"
    try Self.write("\(chip)/live", "0")
    for line in lines { rmdir("\(chip)/bank0/line\(line)") }
    rmdir("\(chip)/bank0")
    rmdir(chip)
  }

  deinit { try? remove() }

  private static func make(_ folder: String) throws {
    guard mkdir(folder, 0o755) == 0 else { throw TestSupportError("can't make \(folder): \(String(cString: strerror(errno)))") }
  }

  private static func write(_ path: String, _ text: String) throws {
    let file = open(path, O_WRONLY)
    defer { close(file) }
    guard file >= 0, Glibc.write(file, text, text.utf8.count) == text.utf8.count else {
      throw TestSupportError("can't write \(text) to \(path): \(String(cString: strerror(errno)))")
    }
  }

  private static func read(_ path: String) throws -> String {
    let file = open(path, O_RDONLY)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard file >= 0, count >= 0 else { throw TestSupportError("can't read \(path): \(String(cString: strerror(errno)))") }
    return String(decoding: bytes.prefix(count).prefix { $0 != 10 }, as: UTF8.self)
  }
}
