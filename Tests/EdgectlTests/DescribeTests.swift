import DeviceAPI
import JSON
import Testing

@testable import EdgectlCommand

@Suite("edgectl describe and explain")
struct DescribeTests {
  private let now = WallTime(milliseconds: 1_700_000_100_000)

  private func plain(_ build: (inout DescriptionText) -> Void) -> String {
    var text = DescriptionText()
    build(&text)
    return text.lines.map { $0.text(colored: false) + "\n" }.joined()
  }

  @Test("A device is shown with its model's types, its wishes, values and their ages")
  func device() {
    let device: JSONValue = [
      "apiVersion": "devices.kubeedge.io/v1beta1", "kind": "Device",
      "metadata": [
        "name": "pump", "namespace": "default", "generation": 2, "creationTimestamp": "2023-11-14T22:13:20Z",
        "annotations": ["note": "x", "devices.kubeedge.io/v1alpha2": "{}", .init(stringLiteral: LastApplied.annotation): "{}"],
      ],
      "spec": [
        "nodeName": "edge-1", "deviceModelRef": ["name": "pump-model"],
        "protocol": ["protocolName": "pump", "configData": ["slaveID": 1]],
        "properties": [["name": "speed", "collectCycle": 1000, "desired": ["value": "900"]]],
      ],
      "status": [
        "state": "online", "lastOnlineTime": "2023-11-14T22:14:59Z",
        "conditions": [
          [
            "type": "Synced", "status": "False", "reason": "Rejected", "message": "speed: too fast",
            "lastTransitionTime": "2023-11-14T22:13:40Z",
          ]
        ],
        "twins": [
          [
            "propertyName": "speed", "desired": ["value": "900"],
            "reported": ["value": "7\u{1B}[2J", "metadata": ["timestamp": "1700000095000", "quality": "bad", "reason": "no answer"]],
          ]
        ],
      ],
    ]
    let model: JSONValue = [
      "spec": [
        "properties": [["name": "speed", "type": "INT", "unit": "rpm", "accessMode": "ReadWrite"], ["name": "flow", "type": "FLOAT"]]
      ]
    ]
    let text = plain { DeviceDescription(device: device, model: model, now: now).add(to: &$0) }
    #expect(
      text
        == """
        Name:         pump
        Namespace:    default
        Labels:       <none>
        Annotations:  note: x
        API Version:  devices.kubeedge.io/v1beta1
        Kind:         Device
        Created:      2023-11-14T22:13:20Z (100s ago)
        Generation:   2
        Node:         edge-1
        Model:        pump-model
        Protocol:     pump
        State:        online
        Last Online:  2023-11-14T22:14:59Z (1s ago)
        Protocol Config:
          slaveID:  1
        Conditions:
          Type    Status  Reason    Age  Message
          ----    ------  ------    ---  -------
          Synced  False   Rejected  80s  speed: too fast
        Properties:
          Property  Desired         Reported  Type     Access  Quality  Age  Cycle   Reason
          --------  -------         --------  ----     ------  -------  ---  -----   ------
          speed     900 (rejected)  7\u{FFFD}[2J     INT rpm  RW      bad      5s   1000ms  no answer
          flow      -               -         FLOAT    RO      -        -    -       -

        """.replacingOnce("FLOAT    RO ", "FLOAT    -  "))
  }

  @Test("What has no words of its own is shown as kubectl shows it, and a Secret without its secrets")
  func others() {
    let gadget: JSONValue = [
      "apiVersion": "v1", "kind": "Gadget", "metadata": ["name": "g1", "labels": ["k": "a"], "creationTimestamp": "t", "uid": "u"],
      "spec": ["channels": [["gain": 1, "name": "x"]], "slots": 6, "tags": ["a", "b"]],
      "status": ["conditions": [["lastTransitionTime": "t", "type": "Ready"]], "lastSeen": "t"],
    ]
    let text = plain {
      let description = ObjectDescription(object: gadget, now: now)
      description.addHead(to: &$0)
      description.addContent(to: &$0)
      EventList(events: [], now: now).add(to: &$0)
    }
    #expect(
      text == """
        Name:         g1
        Labels:       k=a
        Annotations:  <none>
        API Version:  v1
        Kind:         Gadget
        Metadata:
          Creation Timestamp:  t
          UID:                 u
        Spec:
          Channels:
            Gain:  1
            Name:  x
          Slots:   6
          Tags:
            a
            b
        Status:
          Conditions:
            Last Transition Time:  t
            Type:                  Ready
          Last Seen:               t
        Events:                    <none>

        """)
    let secret: JSONValue = ["kind": "Secret", "metadata": ["name": "s"], "data": ["password": "aHVudGVyMg=="]]
    let hidden = plain { ObjectDescription(object: secret, now: now).addContent(to: &$0) }
    #expect(hidden.contains("password:  7 bytes") && !hidden.contains("aHVudGVyMg"), "\(hidden)")
  }

  @Test("Events come in the order of their times, with how often they happened")
  func events() {
    let events: [JSONValue] = [
      [
        "type": "Warning", "reason": "Offline", "message": "no answer", "count": 3, "source": ["component": "pump-mapper"],
        "firstTimestamp": "2023-11-14T22:05:00Z", "lastTimestamp": "2023-11-14T22:14:50Z",
      ],
      ["type": "Normal", "reason": "Found", "message": "there", "reportingComponent": "edgecore", "eventTime": "2023-11-14T22:10:00.5Z"],
    ]
    #expect(
      plain { EventList(events: events, now: now).add(to: &$0) } == """
        Events:
          Type     Reason   Age                From         Message
          ----     ------   ---                ----         -------
          Normal   Found    5m                 edgecore     there
          Warning  Offline  10s (x3 over 10m)  pump-mapper  no answer

        """)
  }

  @Test("A field is explained with its type, and one that isn't there with what was likely meant")
  func explain() throws {
    func explanation(_ kind: ResourceKind, _ version: APIVersion, _ path: [String], recursive: Bool = false) throws -> String {
      try Explanation(kind, version, path: path).lines(isRecursive: recursive).map { $0.text(colored: false) + "\n" }.joined()
    }
    let model = try explanation(.deviceModel, .v1beta1, ["spec", "properties", "type"])
    #expect(
      model.hasPrefix("GROUP:      devices.kubeedge.io\nKIND:       DeviceModel\nVERSION:    v1beta1\n\nFIELD: type <string>\n"), "\(model)"
    )
    #expect(model.contains("enum: INT, FLOAT, DOUBLE"))
    let device = try explanation(.device, .v1beta1, [])
    #expect(device.contains("\nFIELDS:\n") && device.contains("  spec\t<Object>"))
    #expect(device.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let tree = try explanation(.device, .v1alpha2, ["spec"], recursive: true)
    #expect(tree.contains("  protocol\t<Object>\n") && tree.contains("    modbus\t<Object>\n"), "\(tree)")
    let driver = try DriverSchemaDocument(decoding: [
      "protocol": "pump", "visitor": ["type": "object"],
      "protocolConfig": [
        "type": "object",
        "properties": ["rate": ["type": "integer", "description": "How fast it is asked.", "x-swiftlet-unit": "baud", "default": 9600]],
      ],
    ])
    let config = try Explanation(.device, .v1beta1, path: ["spec", "protocol", "configData"], driver: driver).lines(isRecursive: false)
    let text = config.map { $0.text(colored: false) + "\n" }.joined()
    #expect(text.contains("  rate\t<integer>\n  unit: baud\n  default: 9600\n    How fast it is asked.\n"), "\(text)")
    let open = #expect(throws: CommandError.self) { try Explanation(.device, .v1beta1, path: ["spec", "protocol", "configData", "rate"]) }
    #expect(open?.description.contains("--driver-schema") == true)
    let error = #expect(throws: CommandError.self) { try Explanation(.device, .v1beta1, path: ["spec", "propertes"]) }
    #expect(error?.description == #"field "propertes" does not exist in Device.spec (did you mean properties?)"#)
    #expect(throws: CommandError.self) { try Explanation(.deviceStatus, .v1alpha2, path: []) }
  }
}

@Suite("Waiting for objects")
struct WaitGoalTests {
  private let device: JSONValue = [
    "metadata": ["generation": 2, "finalizers": ["a/b"]],
    "status": [
      "state": "online",
      "conditions": [
        ["type": "Ready", "status": "True"], ["type": "Synced", "status": "False", "reason": "Pending", "message": "on its way"],
        ["type": "Old", "status": "True", "observedGeneration": 1],
      ],
    ],
  ]

  @Test("A goal is met, pending with a reason, or never")
  func looks() throws {
    func look(_ goal: String, _ object: JSONValue?) throws -> ObjectWait.Look { try WaitGoal(goal).look(object) }
    #expect(try look("condition=ready", device) == .met)
    #expect(try look("condition=Ready=false", device) == .pending("Ready is True"))
    #expect(try look("condition=Synced", device) == .pending("Synced is False: Pending: on its way"))
    #expect(try look("condition=Synced=False", device) == .met)
    #expect(try look("condition=Old", device) == .pending("Old is about generation 1, not 2"))
    #expect(try look("condition=Nope", device) == .pending("it has no condition Nope, only Ready, Synced, Old"))
    #expect(try look("jsonpath={.status.state}=online", device) == .met)
    #expect(
      try look("jsonpath='{.status.state}'=offline".replacingOnce("'", "").replacingOnce("'", ""), device)
        == .pending("{.status.state} is online"))
    #expect(try look("jsonpath={.status.nope}", device) == .pending("there is no {.status.nope}"))
    #expect(try look(#"jsonpath={.status.conditions[?(@.type=="Ready")].status}=True"#, device) == .met)
    #expect(try look("jsonpath={.status.conditions}=x", device) == .never("{.status.conditions} is no simple value"))
    #expect(try look("delete", device) == .pending("it is held by the finalizers a/b"))
    #expect(try look("delete", nil) == .met)
    #expect(try look("create", nil) == .pending("it isn't there"))
  }

  @Test(
    "A goal that can't be understood is refused", arguments: ["", "ready", "condition=", "jsonpath=", "jsonpath={.a", "jsonpath={.a}="])
  func wrong(goal: String) { #expect(throws: JSONPath.Failure.self) { try WaitGoal(goal) } }

  @Test("Times to wait are kubectl's, or seconds")
  func timeouts() {
    #expect(Timeout(argument: "30s")?.duration == .seconds(30))
    #expect(Timeout(argument: "90")?.duration == .seconds(90))
    #expect(Timeout(argument: "1m30s")?.duration == .seconds(90))
    #expect(Timeout(argument: "500ms")?.duration == .milliseconds(500))
    #expect(Timeout(argument: "0s")?.duration == .zero)
    #expect(Timeout(argument: "-1s") == Timeout.none)
    #expect(Timeout(argument: "soon") == nil)
  }
}
