import Glibc

/// Where a new driver takes the SDK from.
enum SDKLocation: Hashable {
  /// A repository.
  case url(String)
  /// A folder, absolute.
  case path(String)

  /// What is taken where nothing is said and edgectl wasn't built in a checkout that is still there.
  static let repository = "https://github.com/swiftlet/swiftlet"

  /// What a user gave: a URL, or a path to a checkout.
  ///
  /// - Throws: ``CommandError`` when it can be neither.
  init(_ text: String) throws(CommandError) {
    let unfit = text.unicodeScalars.first { $0.value < 0x20 || $0.value == 0x7F || $0 == "\"" || $0 == "\\" }
    guard unfit == nil, !text.isEmpty else { throw CommandError("--sdk takes a path or a URL, without quotes and backslashes") }
    if text.contains("://") || text.hasPrefix("git@") {
      self = .url(text)
      return
    }
    guard let path = Self.absolute(text), Self.isCheckout(path) else {
      throw CommandError("--sdk: there is no checkout of the SDK at \(text): no Sources/MapperSDK")
    }
    self = .path(path)
  }

  /// The checkout that this program was built in, else the repository.
  static var standard: SDKLocation {
    var path = Substring(absolute("/proc/self/exe") ?? "")
    while let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      path = path[..<slash]
      if isCheckout(String(path)) { return .path(String(path)) }
    }
    return .url(repository)
  }

  private static func isCheckout(_ path: String) -> Bool {
    access("\(path)/Package.swift", R_OK) == 0 && access("\(path)/Sources/MapperSDK", R_OK) == 0
  }

  private static func absolute(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  // MARK: In templates

  /// Where it is, for a reader.
  var place: String {
    switch self {
    case .url(let url): url
    case .path(let path): path
    }
  }

  /// Where a reader finds out more.
  var link: String {
    switch self {
    case .url(let url): url
    case .path: Self.repository
    }
  }

  /// The package's dependency on it.
  var requirement: String {
    switch self {
    case .url(let url): #".package(url: "\#(url)", branch: "main")"#
    case .path(let path): #".package(name: "swiftlet", path: "\#(path)")"#
    }
  }

  /// What SwiftPM calls the package: a repository is called by the end of its URL.
  var package: String {
    guard case .url(let url) = self else { return "swiftlet" }
    let end = url.split { $0 == "/" || $0 == ":" }.last.map(String.init) ?? "swiftlet"
    return end.hasSuffix(".git") ? String(end.dropLast(4)) : end
  }

  /// What a container's build is told of a folder that is outside of the package.
  var buildContext: String {
    guard case .path(let path) = self else { return "" }
    return " --build-context swiftlet=\(path)"
  }

  /// Takes that folder along, at the same place.
  var copyInstruction: String {
    guard case .path(let path) = self else { return "" }
    return """
      COPY --from=swiftlet Package.swift \(path)/
      COPY --from=swiftlet Sources \(path)/Sources
      COPY --from=swiftlet Tests \(path)/Tests
      COPY --from=swiftlet mappers \(path)/mappers

      """
  }
}
