internal import Glibc
internal import JSON
internal import MQTTClient
internal import YAML

extension BrokerLogin {
  /// Bytes that a file may have.
  private static let limit = 64 << 10

  /// The login for the next attempt.
  ///
  /// - Throws: ``MQTTError`` with the file that is in the way, and what to do about it.
  func login(at broker: MQTTAddress) throws(MQTTError) -> MQTTLogin {
    switch self {
    case .none: return MQTTLogin(origin: "this mapper is told not to log in (--mqtt-credentials none)")
    case .user(let name, let password):
      return MQTTLogin(username: name, password: password, origin: "this mapper logs in as \"\(name)\" (--mqtt-username)")
    case .userWithFile(let name, let path):
      var text = String(decoding: try Self.read(path), as: UTF8.self)
      if let end = text.firstIndex(where: \.isNewline) { text = String(text[..<end]) }
      return MQTTLogin(username: name, password: text, origin: "this mapper logs in as \"\(name)\" with the password in \(path)")
    case .file(let path): return try Self.parse(try Self.read(path), path)
    case .found(let paths): return Self.find(paths, broker)
    }
  }

  private static func find(_ paths: [String], _ broker: MQTTAddress) -> MQTTLogin {
    guard broker.isLoopback, !broker.usesTLS else {
      return MQTTLogin(origin: "this mapper has no login for it; name one with --mqtt-credentials or --mqtt-username")
    }
    var problem =
      "this mapper has no login: edgecore's own broker has one for mappers in mqtt/mapper.yaml in edgecore's state folder; "
      + "name it with --mqtt-credentials"
    for path in paths where access(path, F_OK) == 0 || errno == EACCES {
      do throws(MQTTError) {
        return try parse(try read(path), path)
      } catch {
        // The broker may ask for no login.
        problem = error.reason
      }
    }
    return MQTTLogin(origin: problem)
  }

  private static func parse(_ bytes: [UInt8], _ path: String) throws(MQTTError) -> MQTTLogin {
    func text(_ value: JSONValue?) -> String? { value?.string ?? value?.number?.text }
    guard let document = try? YAMLDocument.parseAll(bytes, file: path).first, let username = text(document.value["username"]) else {
      throw MQTTError(.invalidArgument, "the login in \(path) isn't YAML with username and password")
    }
    return MQTTLogin(
      username: username, password: text(document.value["password"]), origin: "this mapper logs in as \"\(username)\" with \(path)")
  }

  private static func read(_ path: String) throws(MQTTError) -> [UInt8] {
    do {
      return try TextFile.read(path, limit: limit)
    } catch {
      let advice =
        switch error.number {
        case ENOENT: "; edgecore writes the mappers' login at its first start, as mqtt/mapper.yaml in its state folder"
        case EACCES: "; run as \(owners(of: path))"
        default: ""
        }
      throw MQTTError(.invalidArgument, "can't read the login \(path): \(error.description)\(advice)")
    }
  }

  /// Who may read a file.
  private static func owners(of path: String) -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return "a user who may enter its folder" }
    guard status.st_mode & S_IRGRP != 0 else { return "its owner, user \(status.st_uid)" }
    return "a member of its group, \(getgrgid(status.st_gid).map { String(cString: $0.pointee.gr_name) } ?? "\(status.st_gid)")"
  }
}
