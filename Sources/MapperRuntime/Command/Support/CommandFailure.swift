/// Why a command came to nothing.
package struct CommandFailure: Error, CustomStringConvertible {
  /// A sentence for the user.
  package let description: String

  /// A failure.
  package init(_ description: String) { self.description = description }
}
