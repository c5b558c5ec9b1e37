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
      var layout = LogLayout()
      for await change in changes {
        let before = model.connection
        let changed = model.apply(change)
        if case .reconnecting(let why) = model.connection, before != model.connection {
          Output.error.note("\(model.server): reconnecting: \(DisplayText.safe(why))")
        }
        // Before the first line of them, so that the lines of all stand below each other.
        for device in changed { layout.make(roomFor: device) }
        for device in changed {
          for property in device.properties {
            let key = "\(device.namespace)/\(device.name)/\(property.name)"
            guard printed[key] != property else { continue }
            printed[key] = property
            try Output.standard.write(layout.line(device, property, now: .now) + "\n")
          }
        }
      }
    }
  }
}
