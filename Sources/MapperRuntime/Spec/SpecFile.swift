/// A file that describes devices, as it is on the disk.
package struct SpecFile: Sendable {
  /// Where it is.
  package let path: String
  /// What is in it, or why that can't be read.
  package let content: Result<[UInt8], SpecProblem>

  /// A file.
  package init(path: String, content: Result<[UInt8], SpecProblem>) {
    self.path = path
    self.content = content
  }

  var isFailure: Bool {
    if case .failure = content { true } else { false }
  }
}
