import ArgumentParser
import MapperRuntime
import ModbusSimulator

/// Serves a recording as if the recorded slaves were there.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Serve what record kept, as if the recorded units were there, until Ctrl-C.",
    discussion: """
      A request that equals a recorded one is answered as that one was, after as long; equal ones walk through their recorded \
      answers, and then get the last again. One that wasn't recorded is answered with exception 2, and counted.

      Examples:
        modbus-mapper replay plant.jsonl
            Serves over TCP at 127.0.0.1:1502.

        modbus-mapper replay plant.jsonl --pty /tmp/line --speed 10
            Serves a serial line, ten times as fast as it was.
      """)

  @Argument(help: ArgumentHelp("The recording.", valueName: "file"))
  var file: String
  @OptionGroup var endpoint: EndpointOptions
  @Option(help: ArgumentHelp("How much faster than recorded answers come.", valueName: "factor"))
  var speed = 1.0

  func validate() throws {
    guard speed > 0, speed.isFinite else { throw ValidationError("--speed takes a number above 0, found \(speed)") }
  }

  func run() async throws {
    let recording = try WireRecording(contentsOf: file)
    let place = try endpoint.endpoint(framing: recording.framing)
    let server = try ReplayServer(recording, listen: place, speed: speed)
    if recording.isCut { Console.complain("\(file): its last line is cut and left out\n") }
    let requests = recording.entries.count { $0.direction == .out }
    await untilToldToEnd(
      saying: "replaying \(requests) requests of \(recording.bus) at \(EndpointOptions.description(of: server.simulator, at: place)); "
        + "Ctrl-C ends it\n")
    let counters = server.simulator.counters
    server.stop()
    Console.write("\(counters.requests) requests came, \(server.unrecordedRequests) of them not recorded\n")
  }
}
