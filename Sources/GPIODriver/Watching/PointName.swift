internal import MapperSDK

/// Which property of which device a point is.
struct PointName: Sendable, Hashable {
  var device: DeviceName
  var property: String

  init(_ point: GPIOPoint) {
    device = point.device
    property = point.property
  }
}
