/// The lines of ``ChangeLog`` in columns, which only ever become wider.
struct LogLayout {
  /// Values that are longer don't push all later lines to the right.
  private static let longest = 24

  private var widths = [0, 0, 0, 0]

  /// Makes the columns wide enough for a device.
  mutating func make(roomFor device: DeviceView) {
    for property in device.properties {
      for (column, cell) in Self.cells(device, property).enumerated() {
        widths[column] = max(widths[column], min(DisplayText.width(cell), column < 2 ? .max : Self.longest))
      }
    }
  }

  /// One property as `14:03:59 default/temperature temperature-status desired=- reported=21.5 quality=good`.
  func line(_ device: DeviceView, _ property: DeviceView.Property, now: WallTime) -> String {
    let quality = property.quality.map { quality in property.reason.map { "\(quality) (\($0))" } ?? quality }
    let cells = zip(Self.cells(device, property), widths).map { cell, width in DisplayText.fit(cell, max(width, DisplayText.width(cell))) }
    return "\((property.time ?? now).clock) \(cells.joined(separator: " ")) quality=\(DisplayText.safe(quality ?? "-"))"
  }

  private static func cells(_ device: DeviceView, _ property: DeviceView.Property) -> [String] {
    [
      "\(device.namespace)/\(device.name)", property.name, "desired=\(property.desired ?? "-")", "reported=\(property.reported ?? "-")",
    ].map(DisplayText.safe)
  }
}
