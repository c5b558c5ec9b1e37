import MapperSDK

/// How the files of a recording are called: like the one that was asked for when there is one bus, and with the bus' name in it
/// when there are several, whichever is connected first.
struct RecordingNames {
  /// The file that was asked for.
  let path: String
  private var taken: [String: BusID] = [:]

  init(path: String) { self.path = path }

  /// The file of one bus of several: of `plant.jsonl` for instance `plant.tcp-10.0.0.7-502.jsonl`.
  mutating func path(of bus: BusID) -> String {
    let (stem, suffix) = parts
    let name = Self.name(of: bus)
    var number = 1
    while true {
      let path = "\(stem).\(name)\(number == 1 ? "" : "-\(number)")\(suffix)"
      if taken[path, default: bus] == bus {
        taken[path] = bus
        return path
      }
      number += 1
    }
  }

  /// The path without and the suffix with its dot; a file that begins with a dot isn't all suffix.
  private var parts: (stem: Substring, suffix: Substring) {
    let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
    guard let dot = name.dropFirst().lastIndex(of: ".") else { return (path[...], "") }
    return (path[..<dot], path[dot...])
  }

  private static func name(of bus: BusID) -> String {
    let characters = bus.description.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar == ".")
      return isPlain ? Character(scalar) : "-"
    }
    return characters.split(separator: "-").map { String($0) }.joined(separator: "-")
  }
}
