import JSON

/// `spec.protocol` of a Device and the protocol part of its visitors, one version from the other.
enum ProtocolConversion {
  // MARK: spec.protocol

  static func toV1Beta1(_ source: JSONObject) -> JSONValue {
    var name: String?
    var config: JSONObject = [:]
    if let typed = ProtocolFields.typedProtocols.first(where: { source[$0]?.object != nil }) {
      name = typed
      config = source[typed]?.object ?? [:]
    } else if let customized = source["customizedProtocol"]?.object {
      name = customized["protocolName"]?.string
      config = customized["configData"]?.object ?? [:]
    }
    if let common = source["common"]?.object {
      config.fill(from: common["com"]?.object)
      config.fill(from: common["tcp"]?.object)
      for key in ProtocolFields.common.map(\.name) where config[key] == nil { config[key] = common[key] }
      config.fill(from: common["customizedValues"]?.object)
    }
    return named(name, config)
  }

  static func toV1Alpha2(_ source: JSONObject) -> JSONValue {
    var config = source["configData"]?.object ?? [:]
    var result: JSONObject = [:]
    let name = source["protocolName"]?.string
    if let name {
      guard let fields = ProtocolFields.configuration[name] else {
        return ["customizedProtocol": named(name, config)]
      }
      result[name] = .object(ProtocolFields.take(fields, from: &config))
    }
    var common = ProtocolFields.take(ProtocolFields.common, from: &config)
    common["com"] = ProtocolFields.take(ProtocolFields.com, from: &config).nonEmpty
    common["tcp"] = ProtocolFields.take(ProtocolFields.tcp, from: &config).nonEmpty
    common["customizedValues"] = config.nonEmpty
    result["common"] = common.nonEmpty
    return .object(result)
  }

  // MARK: Visitors

  /// `visitors` of v1beta1 from an element of `propertyVisitors`; `nil` when it names no protocol and no data.
  static func visitorsToV1Beta1(_ source: JSONObject) -> JSONValue? {
    var name: String?
    var config: JSONObject = [:]
    if let typed = ProtocolFields.typedProtocols.first(where: { source[$0]?.object != nil }) {
      name = typed
      config = source[typed]?.object ?? [:]
    } else if let customized = source["customizedProtocol"]?.object {
      name = customized["protocolName"]?.string
      config = customized["configData"]?.object ?? [:]
    }
    config.fill(from: source["customizedValues"]?.object)
    return named(name, config).object?.nonEmpty
  }

  /// The protocol members of an element of `propertyVisitors` from v1beta1's `visitors`.
  static func visitorsToV1Alpha2(_ source: JSONObject) -> JSONObject {
    var config = source["configData"]?.object ?? [:]
    var result: JSONObject = [:]
    if let name = source["protocolName"]?.string {
      guard let fields = ProtocolFields.visitor[name] else {
        return ["customizedProtocol": named(name, config)]
      }
      result[name] = .object(ProtocolFields.take(fields, from: &config))
    }
    result["customizedValues"] = config.nonEmpty
    return result
  }

  private static func named(_ name: String?, _ config: JSONObject) -> JSONValue {
    var result: JSONObject = [:]
    result["protocolName"] = name.map { .string($0) }
    result["configData"] = config.nonEmpty
    return .object(result)
  }
}
