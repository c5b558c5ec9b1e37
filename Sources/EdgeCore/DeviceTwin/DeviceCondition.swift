/// A condition of a device, as Kubernetes words them.
package struct DeviceCondition: Sendable, Hashable {
  /// `ModelFound`, `Ready` or `Synced`.
  package var type: String
  /// `True`, `False` or `Unknown`.
  package var status: String
  /// One CamelCase word.
  package var reason: String
  /// A sentence for people.
  package var message: String
  /// When the status last changed, in milliseconds since 1970.
  package var lastTransition: Int64

  package init(type: String, status: String, reason: String, message: String, lastTransition: Int64) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.lastTransition = lastTransition
  }
}
