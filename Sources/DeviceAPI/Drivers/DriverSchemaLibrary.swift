public import JSON

/// The drivers' schemas that an API or a set of files has, read once.
public struct DriverSchemaLibrary: Sendable {
  private struct Key: Hashable {
    let namespace: String
    let name: String
  }

  private var documentsByKey: [Key: DriverSchemaDocument] = [:]
  private var chosen: [String: DriverSchemaDocument] = [:]

  /// A library without schemas.
  public init() {}

  /// The schemas, one a protocol, in the order of the protocols' names.
  public var documents: [DriverSchemaDocument] { chosen.values.sorted { $0.protocolName < $1.protocolName } }

  /// What the driver of a protocol says; of several ConfigMaps the one in the mappers' namespace counts, else the first by namespace
  /// and name.
  public subscript(protocolName: String) -> DriverSchemaDocument? { chosen[protocolName] }

  /// Takes note of a ConfigMap as it is now; one that says nothing of a driver takes its earlier schema away.
  ///
  /// - Returns: Whether the library is another now.
  /// - Throws: ``DeviceAPIError`` when it should say something and can't be read; it counts for nothing then.
  @discardableResult
  public mutating func put(_ configMap: JSONValue) throws(DeviceAPIError) -> Bool {
    let key = Key(
      namespace: configMap.at("metadata", "namespace")?.nonEmptyString ?? "default", name: configMap.at("metadata", "name")?.string ?? "")
    do throws(DeviceAPIError) {
      return set(try DriverSchemaDocument(configMap: configMap), key)
    } catch {
      set(nil, key)
      throw error
    }
  }

  /// Forgets a ConfigMap.
  ///
  /// - Returns: Whether the library is another now.
  @discardableResult
  public mutating func remove(namespace: String, name: String) -> Bool { set(nil, Key(namespace: namespace, name: name)) }

  @discardableResult
  private mutating func set(_ document: DriverSchemaDocument?, _ key: Key) -> Bool {
    guard documentsByKey[key] != document else { return false }
    documentsByKey[key] = document
    let rank = documentsByKey.sorted { one, other in
      let (isFirst, isOther) = (one.key.namespace == DriverSchemaDocument.namespace, other.key.namespace == DriverSchemaDocument.namespace)
      if isFirst != isOther { return isFirst }
      return (one.key.namespace, one.key.name) < (other.key.namespace, other.key.name)
    }
    chosen = Dictionary(rank.map { ($0.value.protocolName, $0.value) }, uniquingKeysWith: { first, _ in first })
    return true
  }
}
