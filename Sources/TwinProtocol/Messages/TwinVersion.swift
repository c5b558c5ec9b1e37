import JSON

/// How often a desired or reported value was changed in the cloud and at the edge: KubeEdge's way to find out whose
/// change came later (`edge/pkg/devicetwin/dtmanager/twin.go`).
public struct TwinVersion: Sendable, Hashable {
  /// The cloud's: Kubernetes' resource version of the Device.
  public var cloud: Int64
  /// The edge's: counted up by each update there.
  public var edge: Int64

  /// A version; 0 and 0 where nothing was changed yet.
  public init(cloud: Int64 = 0, edge: Int64 = 0) {
    self.cloud = cloud
    self.edge = edge
  }

  /// Numbers that no counter reaches; one that began there would overflow.
  private static let limit: Int64 = 1 << 62

  /// Reads `{"cloud": …, "edge": …}`; `nil` for anything else.
  init?(json: JSONValue?) {
    guard let object = json?.object else { return nil }
    let cloud = object[ignoringCase: "cloud"].map { $0.integer } ?? 0
    let edge = object[ignoringCase: "edge"].map { $0.integer } ?? 0
    guard let cloud, let edge, (0..<Self.limit).contains(cloud), (0..<Self.limit).contains(edge) else { return nil }
    self.init(cloud: cloud, edge: edge)
  }

  /// The version after one more change at the edge.
  public var nextAtEdge: TwinVersion { TwinVersion(cloud: cloud, edge: edge + 1) }

  /// Whether whoever sends `other` has seen this version, so that theirs may take its place.
  public func isSeen(by other: TwinVersion) -> Bool { cloud <= other.cloud && edge <= other.edge }

  func write(to writer: inout JSONWriter) {
    writer.raw("{\"cloud\":")
    writer.integer(cloud)
    writer.raw(",\"edge\":")
    writer.integer(edge)
    writer.raw("}")
  }
}
