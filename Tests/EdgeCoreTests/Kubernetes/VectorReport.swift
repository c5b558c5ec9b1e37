import Foundation
import JSON

/// In what recordings differ, written down for whoever works on it.
enum VectorReport {
  /// Writes a line for each into the file that an environment variable names, if it does.
  static func write(_ played: [(name: String, differences: [String])], to variable: String) throws {
    guard let path = ProcessInfo.processInfo.environment[variable] else { return }
    let lines = played.map { item in
      JSONValue.object(["name": .string(item.name), "differences": .array(item.differences.map { .string($0) })]).text
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
  }
}
