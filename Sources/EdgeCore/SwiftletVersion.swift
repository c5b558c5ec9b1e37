/// The release.
public enum SwiftletVersion {
  /// The release's number.
  public static let text = "0.1.0"
}
