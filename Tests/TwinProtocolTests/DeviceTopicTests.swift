import Testing
import TwinProtocol

@Suite("Topics")
struct DeviceTopicTests {
  @Test(
    "A device topic comes back as it was written",
    arguments: DeviceTopic.Subject.allCases,
    [
      DeviceAddress.named("dev1"), .namespaced(DeviceID(namespace: "factory", name: "dev1")),
      .namespaced(DeviceID(namespace: "dev", name: "twin")),
    ]
  )
  func roundTrip(subject: DeviceTopic.Subject, address: DeviceAddress) {
    let topic = DeviceTopic(address, subject)
    #expect(DeviceTopic(topic.description) == topic)
  }

  @Test("A namespace that is part of the topic's own text is no trouble", arguments: ["dev", "device", "e", "hw"])
  func namespaceWithinPrefix(namespace: String) {
    let topic = DeviceTopic("$hw/events/device/\(namespace)/pump/twin/update")
    #expect(topic == DeviceTopic(DeviceID(namespace: namespace, name: "pump"), .twinUpdate))
  }

  @Test(
    "What names no device or no subject is no device topic",
    arguments: [
      "", "$hw/events/device/", "$hw/events/device//twin/update", "$hw/events/device/a/b/c/twin/update", "$hw/events/device/a/twin",
      "hw/events/device/a/twin/update", "$hw/events/device/twin/update", "$hw/events/device/a//twin/update",
      "$hw/events/device/atwin/update",
    ])
  func others(topic: String) {
    #expect(DeviceTopic(topic) == nil)
  }

  @Test(
    "Node and mapper topics come back as they were written",
    arguments: [
      NodeTopic.membershipGet(node: "n"), .membershipGetResult(node: "n"), .membershipUpdated(node: "n"), .status(node: "n"),
      .mapperStatus(mapper: "m"),
    ])
  func nodeTopics(topic: NodeTopic) {
    #expect(NodeTopic(topic.description) == topic)
  }
}
