/// An address as it is given on the command line.
struct HostAndPort: Hashable {
  var host: String
  var port: Int

  init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `HOST`, `HOST:PORT` or `[IPV6]:PORT`; `nil` when it is none of them.
  ///
  /// - Parameter defaultPort: The port when the text has none; `nil`: it has to have one.
  init?(_ text: String, defaultPort: Int?) {
    let rest: Substring
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = String(text[text.index(after: text.startIndex)..<end])
      rest = text[text.index(after: end)...]
    } else if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
      host = String(text[..<colon])
      rest = text[colon...]
    } else {
      host = text
      rest = ""
    }
    guard !host.isEmpty else { return nil }
    if rest.isEmpty {
      guard let defaultPort else { return nil }
      port = defaultPort
    } else {
      guard rest.first == ":", let number = Int(rest.dropFirst()), (0...65_535).contains(number) else { return nil }
      port = number
    }
  }

  /// The address as it is written.
  var text: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
