/// Whether a property may be written.
public enum AccessMode: String, CaseIterable, Sendable {
  /// The property is read, and written when a value is desired.
  case readWrite = "ReadWrite"
  /// The property is only read.
  case readOnly = "ReadOnly"
}
