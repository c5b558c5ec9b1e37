import Glibc
import JSON

extension WireRecording {
  /// How much of a file is read.
  public struct Limits: Sendable, Hashable {
    /// The longest file, in bytes.
    public var fileBytes: Int
    /// The longest line, in bytes.
    public var lineBytes: Int
    /// The most frames.
    public var entries: Int

    /// Limits.
    public init(fileBytes: Int = 256 << 20, lineBytes: Int = 8_192, entries: Int = 2_000_000) {
      self.fileBytes = fileBytes
      self.lineBytes = lineBytes
      self.entries = entries
    }
  }

  /// Reads a recording from a file.
  ///
  /// - Throws: ``SimulatorError`` with the path and line of what is wrong.
  public init(contentsOf path: String, limits: Limits = Limits()) throws(SimulatorError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SimulatorError(.invalidRecording, at: path, "cannot open: \(Descriptors.words(errno))") }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count >= 0 else { throw SimulatorError(.invalidRecording, at: path, "cannot read: \(Descriptors.words(errno))") }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= limits.fileBytes else {
        throw SimulatorError(.invalidRecording, at: path, "is longer than \(limits.fileBytes) bytes")
      }
    }
    try self.init(parsing: bytes, name: path, limits: limits)
  }

  /// Reads a recording from the text of a file.
  ///
  /// - Parameter name: What the place of an error begins with.
  /// - Throws: ``SimulatorError`` with the line of what is wrong.
  public init(parsing text: [UInt8], name: String = "recording", limits: Limits = Limits()) throws(SimulatorError) {
    var header: WireRecording?
    var entries: [Entry] = []
    var isCut = false
    var start = 0
    var number = 0
    while start < text.count {
      number += 1
      let place = "\(name) line \(number)"
      let end = text[start...].firstIndex(of: 0x0A)
      let line = text[start..<(end ?? text.count)]
      start = end.map { $0 + 1 } ?? text.count
      guard line.count <= limits.lineBytes else {
        throw SimulatorError(.invalidRecording, at: place, "is longer than \(limits.lineBytes) bytes")
      }
      if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      let json: JSONValue
      do throws(JSONParseError) {
        json = try JSONValue(parsing: line, maximumDepth: 8)
      } catch {
        if end == nil, header != nil {
          isCut = true
          break
        }
        throw SimulatorError(.invalidRecording, at: place, "is not JSON: column \(error.column): \(error.problem)")
      }
      guard header != nil else {
        header = try Self.header(json, at: place)
        continue
      }
      guard entries.count < limits.entries else {
        throw SimulatorError(.invalidRecording, at: place, "there are more than \(limits.entries) frames")
      }
      let entry = try Self.entry(json, at: place)
      if let last = entries.last, entry.time < last.time {
        throw SimulatorError(.invalidRecording, at: place, "\"t\" goes back, from \(last.time) to \(entry.time)")
      }
      entries.append(entry)
    }
    guard var recording = header else { throw SimulatorError(.invalidRecording, at: name, "is empty") }
    recording.entries = entries
    recording.isCut = isCut
    self = recording
  }

  private static func header(_ json: JSONValue, at place: String) throws(SimulatorError) -> WireRecording {
    guard json["format"]?.string == format else {
      throw SimulatorError(.invalidRecording, at: place, "this is no wire recording: \"format\" has to be \"\(format)\"")
    }
    guard json["version"]?.integer == Int64(version) else {
      let found = json["version"]?.text ?? "none"
      throw SimulatorError(.invalidRecording, at: place, "\"version\" is \(found), known is \(version)")
    }
    guard let framing = json["framing"]?.string.flatMap(ModbusFraming.init) else {
      let known = ModbusFraming.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw SimulatorError(.invalidRecording, at: place, "\"framing\" has to be one of \(known)")
    }
    return WireRecording(framing: framing, bus: json["bus"]?.string ?? "", started: json["started"]?.integer ?? 0)
  }

  private static func entry(_ json: JSONValue, at place: String) throws(SimulatorError) -> Entry {
    guard let time = json["t"]?.integer, (0...(1 << 53)).contains(time) else {
      throw SimulatorError(.invalidRecording, at: place, "\"t\" has to be a whole number of microseconds from 0 on")
    }
    guard let direction = json["dir"]?.string.flatMap(Direction.init) else {
      throw SimulatorError(.invalidRecording, at: place, "\"dir\" has to be \"out\" or \"in\"")
    }
    guard let unit = json["unit"]?.integer.flatMap(UInt8.init(exactly:)) else {
      throw SimulatorError(.invalidRecording, at: place, "\"unit\" has to be a number from 0 to 255")
    }
    guard let bytes = json["hex"]?.string.flatMap(Hex.bytes), !bytes.isEmpty else {
      throw SimulatorError(.invalidRecording, at: place, "\"hex\" has to be pairs of hexadecimal digits, at least one")
    }
    return Entry(time: UInt64(time), direction: direction, unit: unit, bytes: bytes)
  }
}
