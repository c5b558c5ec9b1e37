import ModbusDriver
import Testing

@Suite("A serial line")
struct SerialLineTests {
  @Test(
    "knows how long a character takes",
    arguments: [
      (SerialLine(path: "/dev/ttyS0", baudRate: 9600, parity: .even, stopBits: 1), 1145.8),
      (SerialLine(path: "/dev/ttyS0", baudRate: 9600, parity: .none, stopBits: 1), 1041.7),
      (SerialLine(path: "/dev/ttyS0", baudRate: 115_200, parity: .none, stopBits: 2), 95.5),
    ])
  func characterTime(line: SerialLine, microseconds: Double) {
    #expect(abs(line.characterTime - microseconds) < 0.1)
  }
}
