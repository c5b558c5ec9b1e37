internal import Glibc
internal import MapperSDK

/// Setpoints in files, one a device.
struct SetpointStore: Sendable {
  let folder: String

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The file of a device; neither a namespace nor a name has an underscore.
  func path(_ device: DeviceName) -> String { "\(folder)/\(device.namespace)_\(device.name).json" }

  /// The setpoint of a device; `nil` when there is none.
  func load(_ device: DeviceName) throws -> Setpoint? {
    let path = path(device)
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT { return nil }
      throw failure("can't be opened", path)
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    guard count >= 0 else { throw failure("can't be read", path) }
    guard let json = try? JSONValue(parsing: bytes.prefix(count)), let target = json["target"]?.number?.double,
      let start = json["start"]?.number?.double, let time = json["time"]?.integer
    else { throw Failure(description: "\(path): the file has no setpoint") }
    return Setpoint(target: target, start: start, time: time)
  }

  /// Replaces the setpoint of a device: a reader, or a restart, sees the old one or the new one, never half of it.
  func save(_ setpoint: Setpoint, of device: DeviceName) throws {
    try makeFolder()
    let json: JSONValue = [
      "target": JSONValue(floatLiteral: setpoint.target), "start": JSONValue(floatLiteral: setpoint.start),
      "time": JSONValue(setpoint.time),
    ]
    let path = path(device)
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("can't be created", temporary) }
    defer { close(descriptor) }
    let bytes = json.serialized
    guard write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0 else {
      throw failure("can't be written", temporary)
    }
    guard rename(temporary, path) == 0 else { throw failure("can't be replaced", path) }
  }

  private func makeFolder() throws {
    var path = ""
    for part in folder.split(separator: "/", omittingEmptySubsequences: false) {
      path += part
      if !path.isEmpty, mkdir(path, 0o700) != 0, errno != EEXIST { throw failure("can't be created", path) }
      path += "/"
    }
  }

  private func failure(_ what: String, _ path: String) -> Failure {
    Failure(description: "\(path): \(what): \(String(cString: strerror(errno)))")
  }
}
