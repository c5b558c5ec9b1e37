import DeviceAPI
import Testing

@Suite("Property types")
struct PropertyTypeTests {
  @Test(
    "A value fits its type or the problem is said",
    arguments: [
      (.int, "70", nil), (.int, "-9223372036854775808", nil), (.int, "70.0", "\"70.0\" is not a whole number"),
      (.int, "x", "\"x\" is not a whole number"), (.int, "", "\"\" is not a whole number"),
      (.int, "9223372036854775808", "\"9223372036854775808\" does not fit 64 bits"),
      (.float, "70.5", nil), (.float, ".5", nil), (.float, "5.", nil), (.float, "-1e3", nil),
      (.float, "1e39", "\"1e39\" does not fit single precision"),
      (.double, "1e39", nil), (.double, "1e999", "\"1e999\" is not a number"), (.double, "nan", "\"nan\" is not a number"),
      (.double, "0x10", "\"0x10\" is not a number"), (.double, "inf", "\"inf\" is not a number"),
      (.float, "7 0", "\"7 0\" is not a number"),
      (.boolean, "true", nil), (.boolean, "True", "\"True\" is not true or false"),
      (.bytes, "aGk=", nil), (.bytes, "aGk", nil), (.bytes, "", nil), (.bytes, "a b", "\"a b\" is not base64"),
      (.bytes, "a", "\"a\" is not base64"),
      (.bytes, "aGk==", "\"aGk==\" is not base64"),
      (.string, "any {text} ü", nil), (.stream, "rtsp://x", nil),
    ] as [(PropertyType, String, String?)])
  func check(type: PropertyType, text: String, problem: String?) {
    #expect(type.check(text) == problem)
  }

  @Test(
    "Numbers keep to their limits",
    arguments: [
      (.float, "70.5", "40", "60", "70.5 is above the maximum 60"), (.float, "39.9", "40", "60", "39.9 is below the minimum 40"),
      (.float, "60", "40", "60", nil), (.int, "-1", "0", nil, "-1 is below the minimum 0"),
      (.int, "5", nil, "4.5", "5 is above the maximum 4.5"),
      (.int, "9007199254740993", nil, "9007199254740992", "9007199254740993 is above the maximum 9007199254740992"),
      (.string, "70", "80", "90", nil),
    ] as [(PropertyType, String, String?, String?, String?)])
  func limits(type: PropertyType, text: String, minimum: String?, maximum: String?, problem: String?) {
    #expect(type.check(text, minimum: minimum, maximum: maximum) == problem)
  }

  @Test("A value has 64 KiB at most")
  func length() {
    #expect(PropertyType.string.check(String(repeating: "x", count: 65536)) == nil)
    #expect(PropertyType.string.check(String(repeating: "x", count: 65537)) == "the value has 65537 bytes, more than the 65536 allowed")
  }

  @Test(
    "Values are the same when they mean the same",
    arguments: [
      (.float, "70", "70.0", true), (.float, "70.1", "70.0999984741211", true), (.double, "70.1", "70.0999984741211", false),
      (.double, "1e2", "100", true), (.float, "70", "71", false), (.int, "070", "70", true), (.int, "70", "70.0", false),
      (.string, "70", "70.0", false), (.boolean, "true", "true", true), (.boolean, "true", "false", false), (.bytes, "aGk=", "aGk", true),
      (.bytes, "aGk=", "aGl", false), (.float, "x", "x", true), (.float, "x", "y", false), (.float, "", "0", false),
    ] as [(PropertyType, String, String, Bool)])
  func equality(type: PropertyType, first: String, second: String, expected: Bool) {
    #expect(type.isEqual(first, second) == expected)
    #expect(type.isEqual(second, first) == expected)
  }
}
