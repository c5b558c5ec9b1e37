import FoundationEssentials
import Glibc
import MapperRuntime
import MapperSDK
import Synchronization
import TestSupport
import Testing
import TwinProtocol

@Suite("A mapper with devices from files", .timeLimit(.minutes(3)))
struct FileSourceTests {
  private func ready(_ driver: FakeDriver) {
    driver.plant.set("t", .int(5))
  }

  private func online(_ rig: SourceRig, _ device: String) async throws {
    try await eventually("\(device) online") { rig.edge?.states.contains("\(device) online") == true }
  }

  private func isRead(_ rig: SourceRig, _ device: String) async throws {
    let before = rig.driver.plant.reads(device)
    try await eventually("\(device) is read") { rig.driver.plant.reads(device) > before + 3 }
  }

  private func isLetGo(_ rig: SourceRig, _ device: String, while other: String) async throws {
    try await eventually("\(device) is let go") {
      let before = rig.driver.plant.reads(device)
      try await isRead(rig, other)
      return rig.driver.plant.reads(device) == before
    }
  }

  @Test("A folder's files are served without an API server; what is added, changed and removed takes effect")
  func folder() async throws {
    try await SourceRig.run(
      { folder in
        try folder.write("specs/model.yaml", SpecYAML.model)
        try folder.write("specs/a.yaml", SpecYAML.device("a"))
        try folder.write("specs/deeper/no.yaml", SpecYAML.device("no"))
        try folder.write("specs/readme.txt", "not read")
        return .files(path: folder.path("specs"))
      }, ready
    ) { rig in
      try await online(rig, "a")
      #expect(rig.driver.plant.connects == 1)
      try rig.folder.write("specs/b.yml", SpecYAML.device("b", unit: "2"))
      try await online(rig, "b")
      try rig.folder.write("specs/a.yaml", SpecYAML.device("a", cycle: 10))
      try await isRead(rig, "a")
      #expect(rig.driver.plant.connects == 1, "another cycle, the same connection")
      try FileManager.default.removeItem(atPath: rig.folder.path("specs/a.yaml"))
      try await isLetGo(rig, "a", while: "b")
      #expect(rig.driver.plant.reads("no") == 0)
    }
  }

  @Test("A broken file is told with its place while the others run, and runs once it is mended")
  func broken() async throws {
    try await SourceRig.run(
      { folder in
        try folder.write("specs/model.yaml", SpecYAML.model)
        try folder.write("specs/a.yaml", SpecYAML.device("a"))
        try folder.write("specs/b.yaml", SpecYAML.device("b", unit: "x"))
        try folder.write("specs/c.yaml", "a: [\n")
        return .files(path: folder.path("specs"))
      }, ready
    ) { rig in
      try await online(rig, "a")
      try await rig.logged("/specs/b.yaml:11:7: spec.protocol.configData.unit: expected an integer, found \"x\"")
      try await rig.logged("/specs/c.yaml:")
      try await eventually("b unhealthy") { rig.edge?.states.contains("b unhealthy") == true }
      #expect(rig.driver.plant.reads("b") == 0)
      try rig.folder.write("specs/b.yaml", SpecYAML.device("b", unit: "2"))
      try await online(rig, "b")
      // Broken as text it can't even be told which device it is: that runs on.
      try rig.folder.write("specs/b.yaml", "kind: [\n")
      try await rig.logged("/specs/b.yaml:")
      try await isRead(rig, "b")
      #expect(rig.log.lines.count { $0.contains("/specs/c.yaml:") } == 1, "told once")
    }
  }

  @Test("A ConfigMap's file changes with the link its folder is swapped by, read by folder and by file", arguments: [true, false])
  func configMap(byFolder: Bool) async throws {
    @Sendable func link(_ folder: TestFolder, _ target: String, _ name: String) throws {
      unlink(folder.path(name))
      guard symlink(target, folder.path(name)) == 0 else { throw TestSupportError("no link: \(errno)") }
    }
    try await SourceRig.run(
      { folder in
        try folder.write("mount/..v1/devices.yaml", SpecYAML.files(SpecYAML.model, SpecYAML.device("a")))
        try link(folder, "..v1", "mount/..data")
        try link(folder, "..data/devices.yaml", "mount/devices.yaml")
        return .files(path: folder.path(byFolder ? "mount" : "mount/devices.yaml"))
      }, ready
    ) { rig in
      try await online(rig, "a")
      try rig.folder.write("mount/..v2/devices.yaml", SpecYAML.files(SpecYAML.model, SpecYAML.device("b")))
      try link(rig.folder, "..v2", "mount/..data_tmp")
      guard rename(rig.folder.path("mount/..data_tmp"), rig.folder.path("mount/..data")) == 0 else { throw TestSupportError("\(errno)") }
      try FileManager.default.removeItem(atPath: rig.folder.path("mount/..v1"))
      try await online(rig, "b")
      try await isLetGo(rig, "a", while: "b")
    }
  }

  @Test("A file that isn't there yet, or no longer, is told and waited for; its devices run on")
  func missing() async throws {
    try await SourceRig.run({ .files(path: $0.path("later/devices.yaml")) }, ready) { rig in
      try await rig.logged("later/devices.yaml: can't be read: No such file or directory; trying again")
      try rig.folder.write("later/devices.yaml", SpecYAML.files(SpecYAML.model, SpecYAML.device("a")))
      try await online(rig, "a")
      try FileManager.default.removeItem(atPath: rig.folder.path("later"))
      try await eventually("told again") { rig.log.lines.count { $0.contains("trying again") } >= 2 }
      try await isRead(rig, "a")
      try rig.folder.write("later/devices.yaml", SpecYAML.files(SpecYAML.model, SpecYAML.device("b")))
      try await online(rig, "b")
    }
  }

  @Test("A wish in a file is written once, if the device has another value; a new one at once; edgecore's wish replaces it")
  func wishes() async throws {
    @Sendable func document(_ text: String) -> String {
      SpecYAML.files(SpecYAML.model, SpecYAML.device("a", more: "\n      desired: {value: \"\(text)\"}"))
    }
    try await SourceRig.run(
      { folder in
        .files(path: try folder.write("devices.yaml", document("42")))
      },
      { driver in
        ready(driver)
        driver.plant.hold("bus")
      }
    ) { rig in
      let edge = try #require(rig.edge)
      // Who isn't there yet is told no marks.
      try await rig.logged("edgecore on n is there")
      rig.driver.plant.release()
      try await eventually("the write") { rig.driver.plant.writes == ["t=42"] }
      try await eventually("its mark") { edge.values("t", of: "a").contains { $0.written != nil && $0.written?.error == nil } }
      // Somebody turns the knob; the file is touched, and edgecore starts anew.
      rig.driver.plant.set("t", .int(7))
      try rig.folder.write("devices.yaml", document("42") + "# touched\n")
      try await edge.appear("second")
      try await eventually("the value") { edge.values("t", of: "a").last?.actual?.value == "7" }
      #expect(rig.driver.plant.writes == ["t=42"])
      try rig.folder.write("devices.yaml", document("43"))
      try await eventually("the next") { rig.driver.plant.writes == ["t=42", "t=43"] }
      try edge.desire("t", "50", at: 1_700_000_000_000, of: "a")
      try await eventually("edgecore's") { rig.driver.plant.writes.last == "t=50" }
      #expect(rig.driver.plant.connects == 1)
    }
  }

  @Test("A mapper that starts again doesn't write again what its file wishes, though somebody turned the knob")
  func restartedWishes() async throws {
    let document = SpecYAML.files(SpecYAML.model, SpecYAML.device("a", more: "\n      desired: {value: \"42\"}"))
    @Sendable func source(_ folder: TestFolder) throws -> DeviceSource { .files(path: try folder.write("devices.yaml", document)) }
    let mark = Mutex<WrittenMark?>(nil)
    try await SourceRig.run(source, ready) { rig in
      let edge = try #require(rig.edge)
      let written = try await eventually(
        "its mark", observing: { edge.values("t", of: "a").compactMap(\.written).first }, until: { $0 != nil })
      #expect(rig.driver.plant.writes == ["t=42"])
      mark.withLock { $0 = written }
    }
    let known = ["t": Twin(actual: TwinValue("7"), written: mark.withLock { $0 })]
    try await SourceRig.run(known: known, source, { $0.plant.set("t", .int(7)) }) { rig in
      let edge = try #require(rig.edge)
      try await eventually("values") { edge.values("t", of: "a").count > 10 }
      #expect(rig.driver.plant.writes == [])
      try rig.folder.write("devices.yaml", document.replacing("\"42\"", with: "\"43\""))
      try await eventually("another one") { rig.driver.plant.writes == ["t=43"] }
    }
  }

  @Test("A mistake in a property is told once, with its place")
  func toldOnce() async throws {
    let broken = SpecYAML.device("a").replacing("register: t", with: "regster: t")
    try await SourceRig.run(
      { .files(path: try $0.write("devices.yaml", SpecYAML.files(SpecYAML.model, SpecYAML.device("b"), broken))) }, ready
    ) {
      rig in
      try await online(rig, "b")
      let line = try await rig.logged("register: is missing")
      #expect(line.contains("devices.yaml:"), "\(line)")
      try await isRead(rig, "b")
      #expect(rig.log.lines.count { $0.contains("register: is missing") } == 1)
    }
  }

  @Test("A file that is too long, a folder where a file should be, and a pipe are told")
  func refused() async throws {
    try await SourceRig.run(
      { folder in
        try folder.write("specs/a.yaml", SpecYAML.files(SpecYAML.model, SpecYAML.device("a")))
        try folder.write("specs/long.yaml", String(repeating: "#", count: (4 << 20) + 1))
        try folder.write("specs/folder.yaml/x", "")
        guard mkfifo(folder.path("specs/pipe.yaml"), 0o600) == 0 else { throw TestSupportError("no pipe: \(errno)") }
        return .files(path: folder.path("specs"))
      }, ready
    ) { rig in
      try await online(rig, "a")
      try await rig.logged("/specs/long.yaml: is longer than 4194304 bytes")
      try await rig.logged("/specs/folder.yaml: is not a regular file")
      try await rig.logged("/specs/pipe.yaml: is not a regular file")
    }
  }

  @Test("A folder with too many files is refused as a whole")
  func many() async throws {
    try await SourceRig.run(
      { folder in
        for number in 0...4096 { try folder.write("specs/\(number).yaml", "") }
        return .files(path: folder.path("specs"))
      }, ready
    ) { rig in
      try await rig.logged("/specs: the folder has more than 4096 files; none of them is read; trying again")
    }
  }
}
