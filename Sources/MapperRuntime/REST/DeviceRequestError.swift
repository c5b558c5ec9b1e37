package import MapperSDK

/// Why a property couldn't be read or written, as whoever asked for it is told.
package struct DeviceRequestError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of failure; more may be added.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The code as text.
    package let description: String

    /// A code.
    package init(_ description: String) { self.description = description }

    /// The mapper has no such device.
    package static let unknownDevice = Code("unknownDevice")
    /// The device has no such property.
    package static let unknownProperty = Code("unknownProperty")
    /// The device has no such method.
    package static let unknownMethod = Code("unknownMethod")
    /// The property, or the mapper, is only for reading.
    package static let readOnly = Code("readOnly")
    /// The value isn't of the property's type, or outside its limits.
    package static let invalidValue = Code("invalidValue")
    /// The device didn't answer in time.
    package static let timeout = Code("timeout")
    /// The device isn't reached.
    package static let notConnected = Code("notConnected")
    /// The device refused, or answered with something else.
    package static let failed = Code("failed")
  }

  /// The kind of failure.
  package let code: Code
  /// What happened, as a sentence without its end that names the device or property.
  package let reason: String

  /// An error.
  package init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// The reason.
  package var description: String { reason }

  package static func unknown(device name: DeviceName) -> DeviceRequestError {
    DeviceRequestError(.unknownDevice, "this mapper serves no device \(name)")
  }

  package static func unknown(property: String, of name: DeviceName) -> DeviceRequestError {
    DeviceRequestError(.unknownProperty, "the device \(name) has no property \"\(property.prefix(128))\"")
  }

  package static func readOnly(_ property: String, of name: DeviceName) -> DeviceRequestError {
    DeviceRequestError(.readOnly, "\(property) of \(name) is read-only")
  }
}
