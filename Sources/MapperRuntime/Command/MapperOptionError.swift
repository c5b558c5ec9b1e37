/// An option that can't be used, with where it was set.
package struct MapperOptionError: Error, Hashable, CustomStringConvertible {
  /// Where, for instance `--node-name`, `MAPPER_NODE_NAME` or `config.yaml:3:5`.
  package let place: String
  /// What is wrong, as half a sentence.
  package let problem: String

  /// The place and the problem.
  package var description: String { "\(place): \(problem)" }
}
