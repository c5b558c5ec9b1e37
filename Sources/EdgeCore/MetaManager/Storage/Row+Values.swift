import GRDB

// GRDB's own conversions end the process where a column holds what it shouldn't.
extension Row {
  func value(_ column: String) -> DatabaseValue { hasColumn(column) ? self[column] : .null }

  func text(_ column: String) -> String? {
    guard case .string(let text) = value(column).storage else { return nil }
    return text
  }

  func integer(_ column: String) -> Int64? {
    guard case .int64(let number) = value(column).storage else { return nil }
    return number
  }
}
