import DeviceAPI
import JSON
import Testing

@Suite("References to Secrets and ConfigMaps")
struct ReferenceTests {
  private static let model = """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: DeviceModel
    metadata: {name: plc}
    spec:
      protocol: plc
      properties:
      - {name: level, type: INT, accessMode: ReadOnly, visitors: {protocolName: plc, configData: {tag: L1}}}
    """

  private func device(_ config: String, visitor: String = "{tag: L1}") -> String {
    """
    apiVersion: devices.kubeedge.io/v1beta1
    kind: Device
    metadata: {name: d, namespace: plant}
    spec:
      deviceModelRef: {name: plc}
      nodeName: node-1
      protocol: {protocolName: plc, configData: \(config)}
      properties:
      - {name: level, visitors: {protocolName: plc, configData: \(visitor)}}
    """
  }

  private static let old = """
    apiVersion: devices.kubeedge.io/v1alpha2
    kind: Device
    metadata: {name: d, namespace: plant}
    spec:
      deviceModelRef: {name: plc}
      nodeSelector: {nodeSelectorTerms: [{matchExpressions: [{key: "", operator: In, values: [node-1]}]}]}
      protocol:
        customizedProtocol: {protocolName: plc, configData: {user: {valueFrom: {configMapKeyRef: {name: site, key: user}}}}}
        common: {customizedValues: {password: {valueFrom: {secretKeyRef: {name: login, key: password}}}}}
      propertyVisitors:
      - propertyName: level
        customizedProtocol: {protocolName: plc, configData: {tag: {valueFrom: {secretKeyRef: {name: tags, key: level}}}}}
        customizedValues: {more: [{valueFrom: {secretKeyRef: {name: login}}}]}
    """

  /// What the driver says of its configuration.
  private static let driver: DriverSchemaDocument? = try? DriverSchemaDocument(
    decoding: [
      "protocol": "plc",
      "protocolConfig": [
        "type": "object", "required": ["password"],
        "properties": [
          "password": ["type": "string"], "user": ["type": "string"], "port": ["type": "integer", "minimum": 1, "maximum": 65535],
          "rate": ["type": "number"], "secure": ["type": "boolean"],
          "hosts": ["type": "array", "items": ["type": "string"]],
          "tls": ["type": "object", "properties": ["key": ["type": "string"]]],
        ],
      ],
      "visitor": ["type": "object", "properties": ["tag": ["type": "string"]]],
    ])

  private static let secret: JSONValue = [
    "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "login", "namespace": "plant"],
    // hunter2, 502 with a line's end, and what is no text
    "data": ["password": "aHVudGVyMg==", "port": "NTAyCg==", "raw": "/w=="], "stringData": ["fresh": "sesame"],
  ]
  private static let configMap: JSONValue = [
    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "site", "namespace": "plant"],
    "data": ["user": "operator", "rate": "0.5", "secure": "true"], "binaryData": ["logo": "AAAA"],
  ]

  private static func content(_ object: ReferencedObject) -> ReferencedContent {
    [secret, configMap].first { ReferencedObject($0) == object }.map { .object($0) } ?? .absent
  }

  private func validate(
    _ text: String, _ references: ReferenceCheck = .objects(Self.content)
  ) throws -> (errors: [String], warnings: [String]) {
    let driver = try #require(Self.driver)
    let result = try ResourceValidator.validate(
      Samples.yaml(text), model: DeviceModel(decoding: Samples.yaml(Self.model)), driver: { _ in driver }, references: references)
    return (result.errors.map(\.description), result.warnings)
  }

  private func resolve(_ config: String, visitor: String = "{tag: L1}") throws -> ReferenceResolution {
    let resolved = ResolvedDevice(
      device: try Device(decoding: Samples.yaml(device(config, visitor: visitor))),
      model: try DeviceModel(decoding: Samples.yaml(Self.model)))
    return ReferenceResolution(resolved, driver: try #require(Self.driver), content: Self.content)
  }

  // MARK: Validation

  @Test("A reference is taken wherever the driver expects one value, whatever its type")
  func accepted() throws {
    let text = device(
      """
      {password: {valueFrom: {secretKeyRef: {name: login, key: password, optional: false}}}, \
      port: {valueFrom: {secretKeyRef: {name: login, key: port}}}, secure: {valueFrom: {configMapKeyRef: {name: site, key: secure}}}, \
      hosts: [a, {valueFrom: {configMapKeyRef: {name: site, key: user}}}], tls: {key: {valueFrom: {secretKeyRef: {name: login, key: raw}}}}}
      """, visitor: "{tag: {valueFrom: {secretKeyRef: {name: login, key: fresh}}}}")
    let (errors, warnings) = try validate(text)
    #expect(errors == [])
    #expect(warnings == [])
  }

  @Test(
    "A malformed reference is an error at its place",
    arguments: [
      (
        "{valueFrom: {secretKeyRef: {name: a, key: b}, configMapKeyRef: {name: a, key: b}}}",
        ["password.valueFrom: names one secretKeyRef or one configMapKeyRef, and there is both"]
      ),
      ("{valueFrom: {secretKeyRef: {key: b}}}", ["password.valueFrom.secretKeyRef.name: required"]),
      ("{valueFrom: {secretKeyRef: {name: a}}}", ["password.valueFrom.secretKeyRef.key: required"]),
      (
        "{valueFrom: {secretKeyRef: {name: a, key: b, optinal: true}}}",
        ["password.valueFrom.secretKeyRef.optinal: unknown field (did you mean optional?)"]
      ),
      (
        "{valueFrom: {fieldRef: {fieldPath: a}}}",
        [
          "password.valueFrom.fieldRef: unknown field",
          "password.valueFrom: names one secretKeyRef or one configMapKeyRef, and there is neither",
        ]
      ),
      ("{valueFrom: {secretKeyRef: {name: a, key: b}}, value: c}", ["password.value: unknown field (did you mean valueFrom?)"]),
      ("{valueFrom: secret}", ["password.valueFrom: expected object, found string \"secret\""]),
      (
        "{valueFrom: {secretKeyRef: {name: a, key: b, optional: maybe}}}",
        ["password.valueFrom.secretKeyRef.optional: expected boolean, found string \"maybe\""]
      ),
      (
        "{valueFrom: {secretKeyRef: {name: A b, key: b}}}",
        [
          "password.valueFrom.secretKeyRef.name: \"A b\" has a 'A': a name has lower-case letters, digits, '-' and '.', "
            + "and starts and ends with a letter or digit"
        ]
      ),
      (
        "{valueFrom: {secretKeyRef: {name: a, key: b c}}}",
        ["password.valueFrom.secretKeyRef.key: a key has letters, digits, '-', '_' and '.', and up to 253 characters"]
      ),
    ])
  func malformed(value: String, expected: [String]) throws {
    let errors = try validate(device("{password: \(value)}")).errors
    #expect(errors == expected.map { "spec.protocol.configData.\($0)" })
    #expect(try validate(device("{password: \(value)}"), .form).errors == errors)
    #expect(try validate(device("{password: \(value)}"), .none).errors == [], "what was there before")
    let model = Self.model.replacing("configData: {tag: L1}", with: "configData: {tag: \(value)}")
    #expect(
      try validate(model).errors
        == expected.map { $0.replacing("password", with: "spec.properties[0].visitors.configData.tag", maxReplacements: 1) })
  }

  @Test("No reference stands in the place of an object or a list")
  func structures() throws {
    let reference = "{valueFrom: {secretKeyRef: {name: login, key: password}}}"
    let errors = try validate(device("{password: a, hosts: \(reference), tls: \(reference)}")).errors
    #expect(
      errors == [
        "spec.protocol.configData.hosts: expected array, which a reference can't stand for",
        "spec.protocol.configData.tls: expected object, which a reference can't stand for",
      ])
  }

  @Test("What isn't there yet is worth a warning, unless it is optional; also what the model refers to")
  func missing() throws {
    let config = """
      {password: {valueFrom: {secretKeyRef: {name: other, key: password}}}, user: {valueFrom: {configMapKeyRef: {name: site, key: name}}}, \
      port: {valueFrom: {secretKeyRef: {name: other, key: port, optional: true}}}}
      """
    let (errors, warnings) = try validate(device(config))
    #expect(errors == [])
    let end = "; the device is connected when it is applied"
    #expect(
      warnings == [
        "spec.protocol.configData.password: there is no Secret plant/other, of which the key password is needed" + end,
        "spec.protocol.configData.user: the ConfigMap plant/site has no key name" + end,
      ])
    #expect(try validate(device(config), .form).warnings == [])

    let model = Self.model.replacing("{tag: L1}", with: "{tag: {valueFrom: {secretKeyRef: {name: tags, key: level}}}}")
    let driver = try #require(Self.driver)
    func inherited(_ visitor: String) throws -> [String] {
      try ResourceValidator.validate(
        Samples.yaml(device("{password: a}", visitor: visitor)), model: DeviceModel(decoding: Samples.yaml(model)),
        driver: { _ in driver }, references: .objects(Self.content)
      ).warnings
    }
    #expect(
      try inherited("{}") == [
        "the DeviceModel plc, spec.properties[0].visitors.configData.tag: there is no Secret plant/tags, of which the key level is needed"
          + end
      ])
    #expect(try inherited("{tag: L2}") == [], "the device says something else")
  }

  @Test("v1alpha2 has them in customized protocols, visitors and values")
  func old() throws {
    let (errors, warnings) = try validate(Self.old)
    #expect(errors == ["spec.propertyVisitors[0].customizedValues.more[0].valueFrom.secretKeyRef.key: required"])
    #expect(
      warnings.filter { $0.contains("there is no") } == [
        "spec.propertyVisitors[0].customizedProtocol.configData.tag: there is no Secret plant/tags, of which the key level is needed; "
          + "the device is connected when it is applied"
      ])
  }

  // MARK: Conversion

  @Test("Converting keeps references as they are, there and back")
  func conversion() throws {
    let old = try Samples.yaml(Self.old)
    let new = try convert(old, to: .v1beta1)
    #expect(
      new.at("spec", "protocol", "configData") == [
        "user": ["valueFrom": ["configMapKeyRef": ["name": "site", "key": "user"]]],
        "password": ["valueFrom": ["secretKeyRef": ["name": "login", "key": "password"]]],
      ])
    #expect(
      new.at("spec", "properties")?[0]?.at("visitors", "configData", "tag") == [
        "valueFrom": ["secretKeyRef": ["name": "tags", "key": "level"]]
      ])
    #expect(try convert(new, to: .v1alpha2) == old)

    // v1alpha2 has fields of its own for Modbus and serial lines, which take no object.
    let reference: JSONValue = ["valueFrom": ["secretKeyRef": ["name": "login", "key": "password", "optional": true]]]
    var modbus = try Samples.yaml(device("{}"))
    modbus["spec"]?["protocol"] = ["protocolName": "modbus", "configData": ["slaveID": reference, "ip": reference, "port": 502]]
    let converted = try convert(modbus, to: .v1alpha2)
    #expect(converted.at("spec", "protocol", "common", "customizedValues") == ["slaveID": reference, "ip": reference])
    #expect(Schema.of(.device, .v1alpha2)?.validate(converted) == [])
    #expect(try convert(converted, to: .v1beta1) == modbus)
  }

  // MARK: Resolution

  @Test("Texts are put in place, as the type that the driver expects")
  func resolved() throws {
    let resolution = try resolve(
      """
      {password: {valueFrom: {secretKeyRef: {name: login, key: password}}}, port: {valueFrom: {secretKeyRef: {name: login, key: port}}}, \
      rate: {valueFrom: {configMapKeyRef: {name: site, key: rate}}}, secure: {valueFrom: {configMapKeyRef: {name: site, key: secure}}}, \
      hosts: [a, {valueFrom: {configMapKeyRef: {name: site, key: user}}}], tls: {key: {valueFrom: {secretKeyRef: {name: login, key: fresh}}}}, \
      user: {valueFrom: {secretKeyRef: {name: nobody, key: user, optional: true}}}, unknown: {valueFrom: {secretKeyRef: {name: login, key: port}}}}
      """, visitor: "{tag: {valueFrom: {secretKeyRef: {name: login, key: none, optional: true}}}}")
    #expect(resolution.problems == [])
    #expect(
      resolution.device.protocolConfig == [
        "password": "hunter2", "port": 502, "rate": 0.5, "secure": true, "hosts": ["a", "operator"], "tls": ["key": "sesame"],
        "unknown": "502\n",
      ])
    #expect(resolution.device.properties[0].visitor == [:])
    #expect(
      Set(resolution.secrets) == [
        SecretText("hunter2", label: "(secret login/password)"), SecretText("502\n", label: "(secret login/port)"),
        SecretText("sesame", label: "(secret login/fresh)"),
      ])
  }

  @Test("What can't be put in place is told with field, object and key, and without any secret text")
  func problems() throws {
    let resolution = try resolve(
      """
      {password: {valueFrom: {secretKeyRef: {name: other, key: password}}}, port: {valueFrom: {secretKeyRef: {name: login, key: password}}}, \
      secure: {valueFrom: {secretKeyRef: {name: login, key: fresh}}}, user: {valueFrom: {secretKeyRef: {name: login, key: raw}}}, \
      tls: {valueFrom: {secretKeyRef: {name: login, key: fresh}}}, rate: {valueFrom: {}}}
      """, visitor: "{tag: {valueFrom: {configMapKeyRef: {name: site, key: logo}}}}")
    #expect(
      Set(resolution.problems) == [
        "spec.protocol.configData.password: there is no Secret plant/other, of which the key password is needed",
        "spec.protocol.configData.port: expected an integer, and (secret login/password) is none",
        "spec.protocol.configData.secure: expected true or false, and (secret login/fresh) is none",
        "spec.protocol.configData.user: the key raw of the Secret plant/login is not text in base64",
        "spec.protocol.configData.tls: expected an object or a list, which no reference is put in place of, and (secret login/fresh) is none",
        "spec.protocol.configData.rate.valueFrom: names one secretKeyRef or one configMapKeyRef, and there is neither",
        "spec.properties[level].visitors.configData.tag: the key logo of the ConfigMap plant/site is binary data, and not text",
      ])
  }

  @Test("A Secret whose data the API hides is told of, and never used")
  func hidden() throws {
    let resolved = ResolvedDevice(
      device: try Device(
        decoding: Samples.yaml(device("{password: {valueFrom: {secretKeyRef: {name: login, key: password, optional: true}}}}"))),
      model: try DeviceModel(decoding: Samples.yaml(Self.model)))
    var secret = Self.secret
    secret["data"] = nil
    secret["stringData"] = nil
    let resolution = ReferenceResolution(resolved, driver: try #require(Self.driver)) { _ in .object(secret) }
    #expect(resolution.problems.count == 1)
    #expect(resolution.problems.first?.contains("the API hides it from clients without a credential") == true)
    #expect(resolution.problems.first?.contains("docs/access.md") == true)
    let refused = ReferenceResolution(resolved, driver: try #require(Self.driver)) { _ in .unreadable("forbidden") }
    #expect(
      refused.problems == [
        "spec.protocol.configData.password: the Secret plant/login, of which the key password is needed, can't be read: forbidden"
      ])
  }

  @Test("A device names what it refers to; one without references has none")
  func references() throws {
    let plain = try resolve("{password: a, hosts: [{a: {b: c}}], valueFrom: {secretKeyRef: {name: a, key: b}}}").device
    #expect(!plain.hasReferences, "a driver's own member may be called so")
    #expect(plain.references == [])
    let device = ResolvedDevice(
      device: try Device(decoding: Samples.yaml(self.device("{password: {valueFrom: {secretKeyRef: {name: a, key: b}}}}"))),
      model: try DeviceModel(decoding: Samples.yaml(Self.model)))
    #expect(device.hasReferences)
    #expect(device.references == [ReferencedObject(kind: .secret, namespace: "plant", name: "a")])
  }
}
