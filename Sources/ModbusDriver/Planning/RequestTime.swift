internal import MapperSDK

/// How long requests of a unit take, in microseconds.
struct RequestTime: Sendable, Hashable {
  /// How long a character takes on the line; 0 where the line is never what one waits for.
  private let characterTime: Double
  /// What each request takes beyond its characters: silences, and the pause the device asks for.
  private let fixed: Int64
  /// How long the unit takes to answer.
  let turnaround: Int64

  init(_ config: borrowing ModbusConfig, costs: RequestCosts) {
    var silence: Int64 = 0
    characterTime = config.line.characterTime
    // MODBUS over Serial Line V1.02, section 2.5.1.1: 3.5 characters before a frame, or 1,750 µs above 19,200 baud.
    if case .serial(let line) = config.line { silence = line.baudRate > 19_200 ? 1750 : Int64((characterTime * 3.5).rounded(.up)) }
    fixed = 2 * silence + Int64(config.timing.pauseBetweenRequests) * 1000
    turnaround = costs.turnaround
  }

  /// How long a request for so many bits or registers and its answer occupy the line.
  func wireTime(of table: RegisterTable, count: Int) -> Int64 {
    guard characterTime > 0 else { return fixed }
    // A request has 8 characters; an answer address, function, length and two of CRC beside the data.
    let characters = 8 + 5 + (table.isBits ? (count + 7) / 8 : 2 * count)
    return fixed + Int64((characterTime * Double(characters)).rounded(.up))
  }
}
