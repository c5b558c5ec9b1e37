internal import Glibc

/// Opens the chips of this machine.
struct ChipFinder: Sendable {
  /// Opens a chip by its path.
  var open: @Sendable (_ path: String) throws(GPIOError) -> any GPIOChip
  /// The paths of all chips.
  var paths: @Sendable () -> [String]

  /// Those of the kernel, through libgpiod.
  static let system = ChipFinder(
    open: { path throws(GPIOError) in try LibgpiodChip(path: path) },
    paths: { chipPaths(in: "/dev") })

  /// Opens the chip of a name, path or label.
  ///
  /// - Throws: ``GPIOError`` that names the chips there are.
  func chip(_ name: String) throws(GPIOError) -> any GPIOChip {
    let paths = paths()
    if let path = paths.first(where: { $0 == name || $0 == "/dev/\(name)" }) { return try open(path) }
    var known: [String] = []
    var refusal: GPIOError?
    for path in paths {
      do throws(GPIOError) {
        let chip = try open(path)
        if chip.label == name { return chip }
        known.append("\(chip.name) (\(chip.label))")
        chip.close()
      } catch {
        refusal = error
      }
    }
    // Perhaps a link to a chip.
    if name.hasPrefix("/"), let chip = try? open(name) { return chip }
    let list =
      known.isEmpty ? "this machine has none\(refusal == nil ? "" : " that can be opened")" : "there are \(known.joined(separator: ", "))"
    throw GPIOError("no GPIO chip is called \"\(name)\"; \(list)\(refusal.map { "; \($0)" } ?? "")")
  }

  /// Opens the chip that has a line of a name.
  func chip(withLine name: String) throws(GPIOError) -> (chip: any GPIOChip, offset: Int) {
    var refusal: GPIOError?
    for path in paths() {
      do throws(GPIOError) {
        let chip = try open(path)
        if let offset = Self.offset(of: name, on: chip) { return (chip, offset) }
        chip.close()
      } catch {
        refusal = error
      }
    }
    throw GPIOError("no GPIO line of this machine is called \"\(name)\"\(refusal.map { "; \($0)" } ?? "")")
  }

  /// The line of a name; the first, should several have it.
  static func offset(of name: String, on chip: any GPIOChip) -> Int? {
    (0..<chip.lineCount).first { (try? chip.info(of: $0))?.name == name }
  }
}

private func chipPaths(in folder: String) -> [String] {
  guard let directory = opendir(folder) else { return [] }
  defer { closedir(directory) }
  var numbers: [Int] = []
  while let entry = readdir(directory) {
    let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    guard name.hasPrefix("gpiochip"), let number = Int(name.dropFirst(8)) else { continue }
    numbers.append(number)
  }
  return numbers.sorted().map { "\(folder)/gpiochip\($0)" }
}
