import MapperSDK
import MapperTesting

/// Schemas and types that don't do what they should.
enum SchemaFlaws {
  static let visitor: [DriverSchema.Field] = [.init("slot", .integer(0...9), isRequired: true, doc: "the slot")]

  private static func schema(_ fields: DriverSchema.Field...) -> DriverSchema {
    DriverSchema(protocolConfig: fields, visitor: visitor)
  }

  private static let room = DriverSchema.Field("room", .string, isRequired: true, doc: "the room")
  private static let height = DriverSchema.Field("height", .integer(1...100), default: 2, doc: "the height in slots")

  struct PlainConfig: Decodable, Sendable {
    var room: String
    var height: Int?
  }

  /// Right.
  struct Healthy: ShelfRules {
    typealias Config = PlainConfig
    static var schema: DriverSchema { SchemaFlaws.schema(room, height) }
  }

  struct Undocumented: ShelfRules {
    typealias Config = PlainConfig
    static var schema: DriverSchema { SchemaFlaws.schema(room, .init("height", .integer(1...100), doc: "")) }
  }

  struct DefaultOutOfRange: ShelfRules {
    typealias Config = PlainConfig
    static var schema: DriverSchema { SchemaFlaws.schema(room, .init("height", .integer(1...100), default: 0, doc: "the height")) }
  }

  /// The schema says optional, the type says required.
  struct SecretlyRequired: ShelfRules {
    struct Config: Decodable, Sendable {
      var room: String
      var height: Int
    }
    static var schema: DriverSchema { SchemaFlaws.schema(room, height) }
  }

  /// The schema's range is wider than the type's.
  struct TooNarrow: ShelfRules {
    struct Config: Decodable, Sendable {
      var room: String
      var height: Int8?
    }
    static var schema: DriverSchema { SchemaFlaws.schema(room, .init("height", .integer(1...1000), doc: "the height")) }
  }

  struct Undeclared: ShelfRules {
    typealias Config = PlainConfig
    static var schema: DriverSchema { SchemaFlaws.schema(room) }
  }

  struct RefusesOthers: ShelfRules {
    struct Config: Decodable, Sendable {
      struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
      }

      init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: Key.self).allKeys
        if let other = keys.first(where: { !["room", "height"].contains($0.stringValue) }) {
          throw DecodingError.dataCorrupted(.init(codingPath: [other], debugDescription: "what is that?"))
        }
      }
    }
    static var schema: DriverSchema { SchemaFlaws.schema(room, height) }
  }

  /// Takes anything for a height.
  struct Careless: ShelfRules {
    struct Config: Decodable, Sendable {
      private enum Key: String, CodingKey { case room, height }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        _ = try container.decode(String.self, forKey: .room)
        _ = try? container.decode(Int.self, forKey: .height)
      }
    }
    static var schema: DriverSchema { SchemaFlaws.schema(room) }
  }

  /// Says that something is missing, not what.
  struct Vague: ShelfRules {
    struct Incomplete: Error {}
    struct Config: Decodable, Sendable {
      private enum Key: String, CodingKey { case room, height }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard container.contains(.room), container.contains(.height) else { throw Incomplete() }
      }
    }
    static var schema: DriverSchema {
      SchemaFlaws.schema(.init("room", .string, doc: "the room"), .init("height", .integer(1...100), doc: "the height"))
    }
  }
}
