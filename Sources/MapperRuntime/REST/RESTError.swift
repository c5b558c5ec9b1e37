/// Why a request can't be answered as it asks.
package struct RESTError: Error, Sendable, Hashable {
  /// The HTTP status.
  package let status: Int
  /// A word for machines.
  package let reason: String
  /// A sentence for people.
  package let message: String
  /// The methods that the path does take, with status 405.
  package var allow: [String] = []

  /// An error.
  package init(_ status: Int, _ reason: String, _ message: String, allow: [String] = []) {
    self.status = status
    self.reason = reason
    self.message = message
    self.allow = allow
  }

  /// What became of a request to a device.
  package init(_ error: DeviceRequestError) {
    let status =
      switch error.code {
      case .unknownDevice, .unknownProperty, .unknownMethod: 404
      case .readOnly: 409
      case .invalidValue: 422
      case .timeout: 504
      case .notConnected: 503
      // The device is what stands behind this server and didn't do as it should.
      default: 502
      }
    self.init(status, error.code.description, error.reason)
  }
}
