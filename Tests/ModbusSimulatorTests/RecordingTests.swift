import JSON
import ModbusSimulator
import TestSupport
import Testing

@Suite("Wire recordings are read, written and replayed")
struct RecordingTests {
  static let header = #"{"format":"swiftlet-modbus-wire","version":1,"framing":"rtu","bus":"/dev/ttyUSB0","started":1763900000000}"#

  @Test("What is written is read again")
  func roundTrip() throws {
    let folder = try TestFolder("recording")
    let path = folder.path("wire.jsonl")
    let writer = try WireRecordingWriter(path: path, framing: .rtuOverTCP, bus: "10.0.0.1:502 \"roof\"", started: 5)
    try writer.record(.out, unit: 1, [0, 0xAB, 0xFF], at: 10)
    try writer.record(.in, unit: 255, [1], at: 20)
    try writer.record(.in, unit: 1, [2], at: 15)
    try writer.record(.in, unit: 1, [])
    writer.close()
    writer.close()
    #expect(throws: SimulatorError.self) { try writer.record(.in, unit: 1, [1]) }
    let recording = try WireRecording(contentsOf: path)
    var expected = WireRecording(framing: .rtuOverTCP, bus: "10.0.0.1:502 \"roof\"", started: 5)
    expected.entries = [
      WireRecording.Entry(time: 10, direction: .out, unit: 1, bytes: [0, 0xAB, 0xFF]),
      WireRecording.Entry(time: 20, direction: .in, unit: 255, bytes: [1]),
      WireRecording.Entry(time: 20, direction: .in, unit: 1, bytes: [2]),
    ]
    #expect(recording == expected)
    #expect(try folder.read("wire.jsonl") == expected.text)
    #expect(try folder.read("wire.jsonl").split(separator: "\n")[1] == #"{"t":10,"dir":"out","unit":1,"hex":"00abff"}"#)
  }

  @Test("Times are taken from the clock unless given, and a full recording is an error")
  func writer() throws {
    let folder = try TestFolder("recording")
    let writer = try WireRecordingWriter(path: folder.path("wire"), framing: .tcp, bus: "b", maximumBytes: 200)
    try writer.record(.out, unit: 1, [1])
    let recording = try WireRecording(contentsOf: folder.path("wire"))
    #expect(recording.started > 1_700_000_000_000)
    #expect(recording.entries[0].time < 30_000_000)
    let error = #expect(throws: SimulatorError.self) { for _ in 0..<9 { try writer.record(.out, unit: 1, [1]) } }
    #expect(error?.reason == "the recording reached its maximum size")
    #expect(throws: SimulatorError.self) { try WireRecordingWriter(path: folder.path("none/wire"), framing: .tcp, bus: "") }
  }

  @Test(
    "What is no recording is an error with its line",
    arguments: [
      ("", "r: is empty"), ("\n\n", "r: is empty"), ("{\"format\":\"x\"}", "r line 1: this is no wire recording"),
      ("{\"format\":\"swiftlet-modbus-wire\",\"version\":2}", "r line 1: \"version\" is 2, known is 1"),
      (
        "{\"format\":\"swiftlet-modbus-wire\",\"version\":1,\"framing\":\"ascii\"}",
        "r line 1: \"framing\" has to be one of \"tcp\", \"rtu\""
      ),
      ("nonsense", "r line 1: is not JSON: column 1"), ("HEADER\n{\"t\":}\n", "r line 2: is not JSON"),
      ("HEADER\n{\"t\":-1,\"dir\":\"in\",\"unit\":1,\"hex\":\"00\"}", "r line 2: \"t\" has"),
      ("HEADER\n{\"t\":0,\"dir\":\"up\",\"unit\":1,\"hex\":\"00\"}", "r line 2: \"dir\" has"),
      ("HEADER\n\n{\"t\":0,\"dir\":\"in\",\"unit\":256,\"hex\":\"00\"}", "r line 3: \"unit\" has"),
      ("HEADER\n{\"t\":0,\"dir\":\"in\",\"unit\":1,\"hex\":\"0\"}", "r line 2: \"hex\" has"),
      ("HEADER\n{\"t\":0,\"dir\":\"in\",\"unit\":1,\"hex\":\"0g\"}", "r line 2: \"hex\" has"),
      ("HEADER\n{\"t\":0,\"dir\":\"in\",\"unit\":1,\"hex\":\"\"}", "r line 2: \"hex\" has"),
      (
        "HEADER\n{\"t\":9,\"dir\":\"in\",\"unit\":1,\"hex\":\"00\"}\n{\"t\":8,\"dir\":\"in\",\"unit\":1,\"hex\":\"00\"}",
        "r line 3: \"t\" goes back, from 9 to 8"
      ),
      ("HEADER\n[]", "r line 2: \"t\" has"),
    ])
  func errors(text: String, message: String) throws {
    let text = text.replacing("HEADER", with: Self.header)
    let error = #expect(throws: SimulatorError.self) { try WireRecording(parsing: Array(text.utf8), name: "r") }
    #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
  }

  @Test("Limits hold, and a file that ends amid a line keeps the lines before")
  func limits() throws {
    let entry = "{\"t\":0,\"dir\":\"in\",\"unit\":1,\"hex\":\"00\"}\n"
    let text = Self.header + "\n" + entry + entry
    let cut = try WireRecording(parsing: Array((text + "{\"t\":0,\"di").utf8))
    #expect(cut.entries.count == 2)
    #expect(cut.isCut)
    #expect(try !WireRecording(parsing: Array(text.utf8)).isCut)
    let folder = try TestFolder("recording")
    let path = try folder.write("wire", text)
    let limits: [(WireRecording.Limits, String)] = [
      (.init(fileBytes: 100), "\(path): is longer than 100 bytes"), (.init(lineBytes: 50), "\(path) line 1: is longer than 50 bytes"),
      (.init(entries: 1), "\(path) line 3: there are more than 1 frames"),
    ]
    for (limit, message) in limits {
      let error = #expect(throws: SimulatorError.self) { try WireRecording(contentsOf: path, limits: limit) }
      #expect(error?.description == message)
    }
    #expect(throws: SimulatorError.self) { try WireRecording(contentsOf: folder.path("none")) }
    #expect(throws: SimulatorError.self) { try WireRecording(contentsOf: folder.path) }
  }

  @Test("A conversation that pymodbus recorded is replayed to pymodbus, on any kind of bus", arguments: FaultTests.framings)
  func replay(recorded: ModbusFraming) async throws {
    let folder = try TestFolder("recording")
    let bed = try FaultBed(recorded, [FaultRule(.exception(6), function: 4)])
    bed.memory.drive(.holdingRegisters, 50, unit: 2, by: .counter(every: 0.000_001, limit: 60_000), as: .uint16)
    let calls: [(String, JSONValue)] = [
      ("read_holding_registers", ["address": 3, "count": 2, "device_id": 1]),
      ("read_holding_registers", ["address": 50, "count": 1, "device_id": 2]),
      ("read_holding_registers", ["address": 50, "count": 1, "device_id": 2]),
      ("write_registers", ["address": 6, "values": [1, 2], "device_id": 2]),
      ("read_holding_registers", ["address": 200, "count": 1, "device_id": 1]),
      ("read_input_registers", ["address": 0, "count": 1, "device_id": 1]),
    ]
    let target = recorded == .rtu ? bed.simulator.path : String(bed.simulator.port)
    let seen = try await Peers.pymodbus(recorded.rawValue, target, calls, recording: folder.path("wire"))
    bed.simulator.stop()
    #expect(seen[1] != seen[2])

    let recording = try WireRecording(contentsOf: folder.path("wire"))
    #expect(recording.framing == recorded)
    #expect(recording.entries.count(where: { $0.direction == .out }) == calls.count)
    for framing in FaultTests.framings {
      let endpoint: SimulatorEndpoint = framing == .tcp ? .tcp(port: 0) : framing == .rtu ? .pty() : .rtuOverTCP(port: 0)
      let server = try ReplayServer(recording, listen: endpoint, speed: .infinity)
      defer { server.stop() }
      let target = framing == .rtu ? server.path : String(server.port)
      #expect(try await Peers.pymodbus(framing.rawValue, target, calls) == seen, "\(framing)")
      #expect(server.unrecordedRequests == 0)
      let further = try await Peers.pymodbus(
        framing.rawValue, target, [calls[2], ("read_coils", ["address": 0, "count": 1, "device_id": 1])])
      #expect(further == [seen[2], ["exception": 2]], "the last answer again, and what was never asked")
      #expect(server.unrecordedRequests == 1)
    }
  }

  func entry(_ time: UInt64, _ direction: WireRecording.Direction, _ bytes: [UInt8]) -> WireRecording.Entry {
    WireRecording.Entry(time: time, direction: direction, unit: 1, bytes: bytes)
  }

  @Test("Answers come after their recorded delay, or faster")
  func timing() throws {
    let request = Frames.readHolding(1, 1)
    let answer: [UInt8] = [3, 2, 0, 1]
    let recording = WireRecording(
      framing: .rtu, bus: "", started: 0,
      entries: [entry(1_000, .out, Frames.rtu(request)), entry(201_000, .in, Frames.rtu(answer))])
    for (speed, milliseconds) in [(1.0, 200), (4.0, 50), (0.5, 400)] {
      let server = try ReplayServer(recording, listen: .rtuOverTCP(port: 0), speed: speed)
      defer { server.stop() }
      let client = try RawClient(port: server.port)
      let duration = try ContinuousClock().measure {
        try client.send(Frames.rtu(request))
        #expect(try client.receive(7) == Frames.rtu(answer))
      }
      #expect(duration >= .milliseconds(milliseconds))
    }
  }

  @Test("Broken and missing answers come as they were, with the transaction of the new request")
  func broken() throws {
    let first = Frames.readHolding(1, 1)
    let second = Frames.readHolding(2, 1)
    let recording = WireRecording(
      framing: .tcp, bus: "", started: 0,
      entries: [
        entry(0, .out, Frames.tcp(10, first)), entry(1, .in, Frames.tcp(9, [3, 2, 0, 1])),
        entry(2, .out, Frames.tcp(11, first)),
        entry(3, .out, Frames.tcp(12, second)), entry(4, .in, Frames.tcp(11, [3, 2, 0, 7])), entry(5, .in, Frames.tcp(12, [3, 2, 0, 8])),
        entry(6, .out, Frames.tcp(13, second)), entry(7, .in, [0, 13, 0, 0]), entry(8, .in, [0, 5, 1, 3, 2, 0, 9]),
        entry(9, .out, Frames.tcp(14, first)), entry(10, .in, Frames.tcp(14, unit: 3, [3, 2, 0, 2])),
      ])
    let server = try ReplayServer(recording, listen: .tcp(port: 0))
    defer { server.stop() }
    let client = try RawClient(port: server.port)
    try client.send(Frames.tcp(500, first))
    #expect(try client.receive(11) == Frames.tcp(499, [3, 2, 0, 1]))
    try client.send(Frames.tcp(501, first))
    try client.send(Frames.tcp(502, second))
    #expect(try client.receive(22) == Frames.tcp(501, [3, 2, 0, 7]) + Frames.tcp(502, [3, 2, 0, 8]))
    try client.send(Frames.tcp(503, second))
    #expect(try client.receive(11) == Frames.tcp(503, [3, 2, 0, 9]))
    try client.send(Frames.tcp(504, first))
    #expect(try client.receive(11) == Frames.tcp(504, unit: 3, [3, 2, 0, 2]))
    try client.send(Frames.tcp(505, unit: 2, first))
    #expect(try client.receive(9) == Frames.tcp(505, unit: 2, [0x83, 2]))
    #expect(server.unrecordedRequests == 1)
    #expect(server.simulator.requests.count == 6)
  }
}
