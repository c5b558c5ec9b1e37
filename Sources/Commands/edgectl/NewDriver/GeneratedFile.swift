/// A file of a package that is written for somebody.
struct GeneratedFile: Hashable {
  /// Its path in the package.
  let path: String
  let text: String
  /// Whether it is a program.
  let isExecutable: Bool

  init(_ path: String, isExecutable: Bool = false, text: String) {
    self.path = path
    self.text = text
    self.isExecutable = isExecutable
  }
}
