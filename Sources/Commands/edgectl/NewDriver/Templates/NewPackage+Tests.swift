/// The tests, and the script that runs them.
extension NewPackage {
  var tests: GeneratedFile {
    GeneratedFile(
      "Tests/\(names.type)DriverTests/ConformanceTests.swift",
      text: #"""
        \#(imports("MapperTesting", "\(names.type)Driver", "Testing"))

        @Suite("The driver conforms")
        struct ConformanceTests {
          @Test(arguments: ConformanceCheck.allCases)
          func conforms(_ check: ConformanceCheck) async throws {
            try await Conformance(\#(names.type)UnderTest()).run(check)
          }
        }

        struct \#(names.type)UnderTest: DriverUnderTest {
          // What the simulated device's protocolConfig says.
          var timeout: Duration { .milliseconds(200) }

          func makeDriver() -> \#(names.type)Driver { \#(names.type)Driver() }
          func startSimulator() throws -> Simulated\#(names.type) { try Simulated\#(names.type)() }

          /// Checks that can't apply, each with its reason; one that isn't needed any more fails.
          var exemptions: [ConformanceCheck: String] {
            var exemptions: [ConformanceCheck: String] = [.commandsAreCarriedOut: "the device has no commands"]
            for check in ConformanceCheck.all(in: .events) { exemptions[check] = "the device speaks when it is asked" }
            return exemptions
          }
        }

        """#)
  }

  var simulated: GeneratedFile {
    GeneratedFile(
      "Tests/\(names.type)DriverTests/Simulated\(names.type).swift",
      text: #"""
        \#(imports("MapperSDK", "MapperTesting", "\(names.type)Simulator"))

        /// The simulator, as the conformance checks want it: behind a connection on which anything can go wrong.
        struct Simulated\#(names.type): DeviceSimulator {
          private let device: \#(names.type)Simulator
          private let bus: FaultyBus

          init() throws {
            device = try \#(names.type)Simulator()
            bus = try FaultyBus(to: device.port)
          }

          var protocolConfig: JSONValue { ["host": "127.0.0.1", "port": JSONValue(bus.port), "timeout": 200] }

          /// REPLACE: what the device has, with two values that each can have.
          let properties = [
            SimulatedProperty("temperature", .double, visitor: ["name": "temperature"], values: ("21.5", "-3.25")),
            SimulatedProperty("setpoint", .double, visitor: ["name": "setpoint"], isWritable: true, values: ("20", "22.5")),
          ]

          func value(of property: String) -> String { device.value(of: property) ?? "" }

          func set(_ text: String, of property: String) { device.set(text, of: property) }

          func inject(_ fault: DeviceFault?) async throws {
            switch fault {
            case .refuseReads(let property): device.refuse(reads: [property])
            case .refuseWrites(let property): device.refuse(writes: [property])
            default:
              device.refuse()
              try await bus.inject(fault)
            }
          }

          func stop() async {
            await bus.stop()
            await device.stop()
          }
        }

        """#)
  }

  var ci: GeneratedFile {
    GeneratedFile(
      "scripts/ci.sh", isExecutable: true,
      text: #"""
        #!/usr/bin/env bash
        # What has to hold: formatted, built without warnings, and all tests.
        set -euo pipefail
        cd "$(dirname "${BASH_SOURCE[0]}")/.."

        swift format lint --strict --recursive --parallel Package.swift Sources Tests

        log=$(mktemp)
        trap 'rm -f "$log"' EXIT
        swift build --build-tests "$@" 2>&1 | tee "$log"
        if grep -E "^$PWD/(Sources|Tests)/[^ ]*: warning:" "$log" >&2; then
          echo "error: the build printed the warnings above" >&2
          exit 1
        fi

        swift test --skip-build "$@"

        """#)
  }
}
