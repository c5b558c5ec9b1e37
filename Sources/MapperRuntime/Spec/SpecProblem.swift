/// Something wrong with a file of Devices, at a place in it where there is one.
package struct SpecProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file or folder.
  package let file: String
  /// The line, counted from 1; `nil` when it is about the file as a whole.
  package let line: Int?
  /// The column in characters, counted from 1.
  package let column: Int?
  /// What is wrong, beginning with the field.
  package let problem: String

  /// A problem.
  package init(file: String, line: Int? = nil, column: Int? = nil, problem: String) {
    self.file = file
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// The form that editors jump to: `devices.yaml:12:5: spec.nodeName: …`.
  package var description: String {
    let place = [line, column].compactMap { $0 }.map { ":\($0)" }.joined()
    return "\(file)\(place): \(problem)"
  }
}
