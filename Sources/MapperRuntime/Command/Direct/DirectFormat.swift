internal import ArgumentParser

/// How results are printed.
enum DirectFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}
