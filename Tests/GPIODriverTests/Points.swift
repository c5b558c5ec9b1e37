import GPIODriver
import JSON
import MapperSDK

/// A point as the framework makes it of a Device's YAML.
func point(
  _ visitor: JSONValue, type: ValueType = .boolean, isWritable: Bool = false, chip: String? = "bench", property: String = "p",
  device: String = "panel"
) throws -> GPIOPoint {
  GPIOPoint(
    device: DeviceName(namespace: "default", name: device), property: property, config: GPIOConfig(chip: chip),
    visitor: try JSONValueDecoder(path: "visitor").decode(GPIOVisitor.self, from: visitor), type: type, isWritable: isWritable)
}

/// What a driver says of a point, errors and warnings.
func issues(_ visitor: JSONValue, type: ValueType = .boolean, isWritable: Bool = false, chip: String? = "bench") throws -> [String] {
  GPIODriver().issues(with: try point(visitor, type: type, isWritable: isWritable, chip: chip)).map {
    "\($0.isError ? "" : "warning: ")\($0)"
  }
}

/// Milliseconds of a clock in nanoseconds.
func ms(_ milliseconds: Int64) -> Int64 { milliseconds * 1_000_000 }
