import MapperSDK
import Testing

@Suite("Values")
struct ValueTests {
  @Test(
    "A value's text is the shortest that reads back the same, without exponent",
    arguments: [
      (.int(-5), "-5"), (.int(.max), "9223372036854775807"), (.double(70), "70"), (.double(-0.0), "0"), (.double(0.1), "0.1"),
      (.double(1e20), "100000000000000000000"), (.double(1.5e-7), "0.00000015"), (.double(-1.25e17), "-125000000000000000"),
      (.double(123456789.125), "123456789.125"), (.float(0.1), "0.1"), (.float(1e10), "10000000000"), (.float(3.4e38), nil),
      (.float(1.1754944e-38), nil), (.bool(true), "true"), (.bool(false), "false"), (.string("a b"), "a b"), (.string(""), ""),
      (.bytes([]), ""), (.bytes([0]), "AA=="), (.bytes([255, 254]), "//4="), (.bytes(Array("abc".utf8)), "YWJj"),
    ] as [(Value, String?)])
  func text(value: Value, text: String?) throws {
    let written = try #require(value.text)
    if let text { #expect(written == text) }
    #expect(!written.lowercased().contains("e") || value.type == .string || value.type == .boolean || value.type == .bytes)
    #expect(try Value(parsing: written, as: value.type) == value)
  }

  @Test("Every double reads back from its text")
  func doubles() throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let double = Double(bitPattern: generator.next())
      guard let text = Value.double(double).text else {
        #expect(!double.isFinite)
        continue
      }
      #expect(!text.contains("e"))
      #expect(try Value(parsing: text, as: .double).number == double)
    }
  }

  @Test("Infinity and NaN have no text")
  func notFinite() {
    for double in [Double.nan, .infinity, -.infinity] {
      #expect(Value.double(double).text == nil)
      #expect(Value.float(Float(double)).text == nil)
    }
  }

  @Test(
    "Text that isn't of a type is refused with it",
    arguments: [
      ("", .int), ("1.0", .int), ("9223372036854775808", .int), ("x", .double), ("nan", .double), ("inf", .float), ("0x10", .double),
      ("1e999", .double), ("1e39", .float), ("", .double), ("-", .double), ("yes", .boolean), ("", .boolean), ("A", .bytes),
      ("A===", .bytes), ("AB==", .bytes), ("A A=", .bytes), ("AA=A", .bytes),
    ] as [(String, ValueType)])
  func refused(text: String, type: ValueType) {
    let error = #expect(throws: ValueError.self) { try Value(parsing: text, as: type) }
    #expect(error?.code == .notOfType)
    #expect(error?.reason.contains("\"\(text)\"") == true)
  }

  @Test("Numbers are read with sign, fraction and exponent")
  func numbers() throws {
    #expect(try Value(parsing: "+5", as: .int) == .int(5))
    #expect(try Value(parsing: "1e3", as: .double) == .double(1000))
    #expect(try Value(parsing: "-.5", as: .float) == .float(-0.5))
    #expect(try Value(parsing: "True", as: .boolean) == .bool(true))
    #expect(try Value(parsing: "0", as: .boolean) == .bool(false))
  }

  @Test(
    "A value becomes one of another type where that loses nothing",
    arguments: [
      (.double(3), .int, .int(3)), (.float(-2), .int, .int(-2)), (.int(3), .double, .double(3)), (.float(0.1), .double, .double(0.1)),
      (.double(0.1), .float, .float(0.1)), (.int(1), .boolean, .bool(true)), (.int(0), .boolean, .bool(false)),
      (.bool(true), .int, .int(1)), (.double(2.5), .string, .string("2.5")), (.string("7"), .int, .int(7)),
      (.bytes([1]), .string, .string("AQ==")), (.string("x"), .string, .string("x")),
    ] as [(Value, ValueType, Value)])
  func converts(value: Value, type: ValueType, result: Value) throws { #expect(try value.converted(to: type) == result) }

  @Test(
    "A value that doesn't fit is refused",
    arguments: [
      (.double(2.5), .int), (.double(1e300), .float), (.double(.nan), .int), (.int(2), .boolean), (.double(1), .boolean),
      (.string("x"), .double), (.bytes([1]), .int), (.bool(true), .double), (.double(.infinity), .string),
    ] as [(Value, ValueType)])
  func doesNotConvert(value: Value, type: ValueType) {
    #expect(throws: ValueError.self) { try value.converted(to: type) }
  }

  @Test("Limits name the value, the limit and the unit")
  func limits() throws {
    let limits = Limits(minimum: -10, maximum: 90.5, unit: "Celsius")
    for value in [Value.int(-10), .double(90.5), .float(0), .string("1000")] { try limits.check(value) }
    let low = #expect(throws: ValueError.self) { try limits.check(.int(-11)) }
    #expect(low?.reason == "-11 is below the minimum of -10 Celsius")
    let high = #expect(throws: ValueError.self) { try limits.check(.double(90.6)) }
    #expect(high?.reason == "90.6 is above the maximum of 90.5 Celsius")
    #expect(throws: ValueError.self) { try limits.check(.double(.nan)) }
    try Limits().check(.double(1e300))
    #expect(limits.clamp(100) == 90.5 && limits.clamp(-100) == -10 && limits.clamp(1) == 1)
  }
}
