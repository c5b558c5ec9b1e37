import Foundation
import JSON
import YAML

/// A user of our own broker with its password, in a small YAML file that clients read too.
struct BrokerCredential: Sendable, Hashable {
  let username: String
  let password: String

  /// A new one that nobody guesses.
  init(for role: BrokerRole) {
    username = role.rawValue
    password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
  }

  /// The one in a file; `nil` where there is none that can be used.
  init?(file path: String, for role: BrokerRole) {
    guard let data = FileManager.default.contents(atPath: path), let document = try? YAMLDocument.parseAll(data, file: path).first,
      document.value["username"]?.string == role.rawValue, let password = document.value["password"]?.string,
      Self.isUsable(password)
    else { return nil }
    username = role.rawValue
    self.password = password
  }

  /// Whether mosquitto takes a password as it is: at a colon it would cut it, and a shorter one would do.
  private static func isUsable(_ password: String) -> Bool {
    !password.isEmpty && !password.hasPrefix(" ") && !password.hasSuffix(" ")
      && password.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0 != ":" }
  }

  /// The file's text.
  var text: String {
    """
    # Made by edgecore: the login of its MQTT broker's \(username). Removed, it is made anew at edgecore's next start.
    username: \(username)
    password: "\(password)"

    """
  }
}
