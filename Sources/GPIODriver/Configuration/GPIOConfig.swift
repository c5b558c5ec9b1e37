/// `spec.protocol.configData` of a device on GPIO lines.
public struct GPIOConfig: Decodable, Sendable, Hashable {
  /// The chip: its name (`gpiochip0`), path, or label; `nil` where the lines' names tell.
  public var chip: String?
  /// What the kernel, and others who want the lines, are told of who uses them.
  public var consumer: String

  /// What is told unless a Device says otherwise.
  public static let defaultConsumer = "gpio-mapper"

  /// A configuration.
  public init(chip: String? = nil, consumer: String = Self.defaultConsumer) {
    self.chip = chip
    self.consumer = consumer
  }

  private enum Key: String, CodingKey { case chip, consumer }

  /// Reads a configuration; both members may be absent.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    chip = try container.decodeIfPresent(String.self, forKey: .chip)
    consumer = try container.decodeIfPresent(String.self, forKey: .consumer) ?? Self.defaultConsumer
  }
}
