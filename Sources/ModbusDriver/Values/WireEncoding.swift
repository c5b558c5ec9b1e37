/// How a value, or an element of an array, is made of registers or bits, with all that was left open decided.
enum WireEncoding: Sendable, Hashable {
  /// An integer in registers.
  case integer(width: Int, isSigned: Bool)
  case float16
  case float32
  case float64
  case bcd(width: Int)
  /// Registers of which any is non-zero.
  case anyBit(width: Int)
  /// One bit of a register.
  case bit(Int)
  case text(StringOrder)
  case bytes
  /// One coil or discrete input.
  case flag
  /// Coils or discrete inputs as the bits of an integer, the first being the least significant.
  case packedInteger(count: Int)
  /// Coils or discrete inputs, eight a byte, the first being the least significant.
  case packedBytes

  /// The encoding as a user knows it.
  var name: String {
    switch self {
    case .integer(let width, let isSigned): "\(isSigned ? "int" : "uint")\(width * 16)"
    case .float16: "float16"
    case .float32: "float32"
    case .float64: "float64"
    case .bcd(let width): "bcd of \(width * 4) digits"
    case .anyBit, .flag: "bool"
    case .bit: "bit"
    case .text: "string"
    case .bytes, .packedBytes: "bytes"
    case .packedInteger(let count): "\(count) bits"
    }
  }

  /// Whether it holds whole numbers, so that they can have names.
  var isWhole: Bool {
    switch self {
    case .integer, .bcd, .anyBit, .bit, .flag, .packedInteger: true
    case .float16, .float32, .float64, .text, .bytes, .packedBytes: false
    }
  }

  /// Whether scaling means something.
  var isScalable: Bool {
    switch self {
    case .integer, .bcd, .float16, .float32, .float64, .packedInteger: true
    case .anyBit, .bit, .flag, .text, .bytes, .packedBytes: false
    }
  }
}
