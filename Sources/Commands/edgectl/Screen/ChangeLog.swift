import APIClient
import UnixSignals

/// What `edgectl watch` prints when it doesn't write to a terminal: a line for every change.
struct ChangeLog {
  let client: APIClient
  let path: String

  /// Runs until SIGINT or SIGTERM.
  func run(_ model: inout ScreenModel) async throws {
    let (changes, feed) = AsyncStream.makeStream(of: ResourceChange.self)
    try await withThrowingTaskGroup { group in
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      group.addTask {
        for await _ in signals { break }
        feed.finish()
      }
      group.addTask { for await change in client.follow(path) { feed.yield(change) } }
      defer { group.cancelAll() }
      var printed: [String: DeviceView.Property] = [:]
      for await change in changes {
        let before = model.connection
        let changed = model.apply(change)
        if case .reconnecting(let why) = model.connection, before != model.connection {
          Output.error.note("\(model.server): reconnecting: \(DisplayText.safe(why))")
        }
        for device in changed {
          for property in device.properties {
            let key = "\(device.namespace)/\(device.name)/\(property.name)"
            guard printed[key] != property else { continue }
            printed[key] = property
            try Output.standard.write(Self.line(device, property, now: .now) + "\n")
          }
        }
      }
    }
  }

  /// One property as `14:03:59 default/temperature temperature-status desired=- reported=21.5 quality=good`.
  static func line(_ device: DeviceView, _ property: DeviceView.Property, now: WallTime) -> String {
    let quality = property.quality.map { quality in property.reason.map { "\(quality) (\($0))" } ?? quality }
    let text =
      "\((property.time ?? now).clock) \(device.namespace)/\(device.name) \(property.name) desired=\(property.desired ?? "-")"
      + " reported=\(property.reported ?? "-") quality=\(quality ?? "-")"
    return DisplayText.safe(text)
  }
}
