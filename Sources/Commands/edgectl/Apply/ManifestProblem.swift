import JSON
import YAML

/// Something wrong at a place in a file.
struct ManifestProblem: Error, Hashable, CustomStringConvertible {
  enum Severity: String {
    /// The object is refused.
    case error
    /// It is taken, and likely not what was meant.
    case warning
  }

  let file: String
  /// The place, counted from 1; 0 when the file itself can't be read.
  let line: Int
  let column: Int
  let severity: Severity
  /// The path of the field, where one is to blame.
  let field: String
  /// What sort of problem this is, in the words Kubernetes uses for the causes of a `Status`.
  let reason: String
  let problem: String

  init(
    file: String, _ position: YAMLPositions.Position, _ problem: String, severity: Severity = .error, field: String = "",
    reason: String = ""
  ) {
    self.init(
      file: file, line: position.line, column: position.column, problem, severity: severity, field: field, reason: reason)
  }

  init(
    file: String, line: Int = 0, column: Int = 0, _ problem: String, severity: Severity = .error, field: String = "", reason: String = ""
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.severity = severity
    self.field = field
    self.reason = reason
    self.problem = problem
  }

  /// The place in the form that editors jump to.
  var place: String { line > 0 ? "\(file):\(line):\(column)" : file }

  /// The place and the problem.
  var description: String {
    let text = field.isEmpty || problem.hasPrefix(field) ? problem : "\(field): \(problem)"
    return "\(place): \(severity == .warning ? "warning: " : "")\(text)"
  }

  /// The problem for machines.
  var json: JSONValue {
    var value: JSONValue = ["file": .string(file), "severity": .string(severity.rawValue), "message": .string(problem)]
    if line > 0 {
      value["line"] = JSONValue(line)
      value["column"] = JSONValue(column)
    }
    if !field.isEmpty { value["field"] = .string(field) }
    if !reason.isEmpty { value["reason"] = .string(reason) }
    return value
  }
}
