/// The spelling of names, labels and numbers in Prometheus' text format 0.0.4.
enum PrometheusText {
  /// A metric's name: what isn't allowed becomes `_`.
  static func metricName(_ label: String) -> String { name(label, allowingColon: true) }

  /// A label set without its braces: by name, names made allowed, values escaped.
  static func labels(_ dimensions: [(String, String)], maximumBytes: Int) -> String {
    var values: [String: String] = [:]
    for (key, value) in dimensions {
      // `le` is the histogram's own, names with two underscores Prometheus' own.
      let key = name(key, allowingColon: false)
      values[key == "le" || key.hasPrefix("__") ? "label_\(key)" : key] = escaped(value, maximumBytes)
    }
    return values.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",")
  }

  /// A number as Prometheus reads it.
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// What a metric means, on one line.
  static func help(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func name(_ text: String, allowingColon: Bool) -> String {
    var name = ""
    for byte in text.utf8.prefix(200) {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        if name.isEmpty { name = "_" }
        name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: ":") where allowingColon: name += ":"
      default: name += "_"
      }
    }
    return name.isEmpty ? "_" : name
  }

  private static func escaped(_ value: String, _ maximumBytes: Int) -> String {
    var escaped = ""
    var bytes = 0
    for scalar in value.unicodeScalars {
      bytes += UTF8.width(scalar)
      guard bytes <= maximumBytes else { break }
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\"": escaped += "\\\""
      case "\n": escaped += "\\n"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
