internal import Glibc

/// A numeric address of a host.
///
/// libmodbus' IPv4 backend takes digits alone, and its other one hides why a name isn't found; so names are resolved here.
package struct HostAddress: Hashable {
  /// The address in digits, for instance `10.0.0.7` or `fe80::1%eth0`.
  package var text: String
  /// Whether it is an IPv6 address.
  package var isIPv6: Bool

  /// Finds a host's addresses; blocks for as long as the system's resolver takes.
  package static func resolve(_ host: String) throws(ModbusError) -> [HostAddress] {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0 else {
      let why = code == EAI_SYSTEM ? systemText(errno) : String(cString: gai_strerror(code))
      throw ModbusError(.notConnected, "the host name \"\(host)\" can't be resolved: \(why)")
    }
    var addresses: [HostAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      guard entry.ai_family == AF_INET || entry.ai_family == AF_INET6 else { continue }
      var digits = [CChar](repeating: 0, count: Int(NI_MAXHOST))
      guard
        getnameinfo(entry.ai_addr, entry.ai_addrlen, &digits, socklen_t(digits.count), nil, 0, NI_NUMERICHOST) == 0
      else { continue }
      let text = String(decoding: digits.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let address = HostAddress(text: text, isIPv6: entry.ai_family == AF_INET6)
      if !addresses.contains(address) { addresses.append(address) }
    }
    guard !addresses.isEmpty else { throw ModbusError(.notConnected, "the host name \"\(host)\" has no address") }
    return addresses
  }
}
