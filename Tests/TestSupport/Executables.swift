import FoundationEssentials
import Glibc

/// Where the programs are that tests start.
public enum Executables {
  /// The repository's root folder.
  public static let repositoryRoot: String = {
    var components = #filePath.split(separator: "/")
    components.removeLast(3)
    return "/" + components.joined(separator: "/")
  }()

  /// The path of a product of this package, built beside the running test bundle.
  ///
  /// - Throws: ``TestSupportError`` when it wasn't built.
  public static func path(of product: String) throws -> String {
    var places: [String] = []
    for start in [try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"), CommandLine.arguments.first] {
      guard let start, let slash = start.lastIndex(of: "/") else { continue }
      places.append(String(start[..<slash]))
    }
    places.append("\(repositoryRoot)/.build/debug")
    for place in places where access("\(place)/\(product)", X_OK) == 0 { return "\(place)/\(product)" }
    throw TestSupportError("no executable \(product) in \(places.joined(separator: ", ")); run `swift build --build-tests`")
  }

  /// The path of a Python with pymodbus: what the environment variable `SWIFTLET_PYTHON` names, else the one that
  /// `scripts/test.sh` installed.
  ///
  /// - Throws: ``TestSupportError`` when there is none.
  public static func python() throws -> String { try tool("python", named: "SWIFTLET_PYTHON") }

  /// The path of kubectl: what the environment variable `SWIFTLET_KUBECTL` names, else the one that
  /// `scripts/test.sh` installed.
  ///
  /// - Throws: ``TestSupportError`` when there is none.
  public static func kubectl() throws -> String { try tool("kubectl", named: "SWIFTLET_KUBECTL") }

  /// The path of the kubectl that Debian packages: what the environment variable `SWIFTLET_OLD_KUBECTL` names, else the installed one.
  ///
  /// - Throws: ``TestSupportError`` when there is none.
  public static func oldKubectl() throws -> String { try tool("kubectl", named: "SWIFTLET_OLD_KUBECTL", in: "debian-kubectl/usr/bin") }

  private static func tool(_ name: String, named variable: String, in folder: String = "bin") throws -> String {
    if let named = ProcessInfo.processInfo.environment[variable] {
      guard access(named, X_OK) == 0 else { throw TestSupportError("\(variable) names \(named), which can't be run") }
      return named
    }
    let installed = "\(repositoryRoot)/.build-tools/\(folder)/\(name)"
    guard access(installed, X_OK) == 0 else {
      throw TestSupportError("no \(name) at \(installed); run ./scripts/test.sh once, it installs it there")
    }
    return installed
  }
}
