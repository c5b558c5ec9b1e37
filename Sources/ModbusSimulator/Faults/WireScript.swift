/// One step of what a connection does to answer.
enum WireAction: Sendable, Equatable {
  case send([UInt8])
  case pause(microseconds: UInt64)
  case close
  case reset
  /// The request of this number is answered now.
  case answered(Int)
}

/// What a connection does to answer one request, the fault with it.
struct WireScript: Sendable, Equatable {
  var actions: [WireAction] = []
  /// An answer that is held back until the next request.
  var late: [UInt8]?

  /// The steps for an answer.
  init(
    answering request: WireFrame, with pdu: [UInt8], framing: ModbusFraming, fault: Fault?, random: (Int) -> [UInt8]
  ) {
    var answer = WireFrame(transaction: request.transaction, unit: request.unit, pdu: pdu)
    let right = answer.encoded(as: framing)
    switch fault {
    case nil, .exception:
      actions = [.send(right)]
    case .ignore, .drop:
      break
    case .delay(let milliseconds):
      actions = [.pause(milliseconds: milliseconds), .send(right)]
    case .late:
      late = right
    case .garbageBefore(let count):
      actions = [.send(random(count) + right)]
    case .garbageInstead(let count):
      actions = [.send(random(count))]
    case .truncate(let keeping):
      actions = [.send(Array(right.prefix(max(0, keeping >= 0 ? keeping : right.count + keeping))))]
    case .wrongUnit:
      answer.unit &+= 1
      actions = [.send(answer.encoded(as: framing))]
    case .wrongTransaction:
      answer.transaction &+= 1
      actions = [.send(answer.encoded(as: framing))]
    case .wrongProtocol:
      var bytes = right
      if framing == .tcp { bytes[3] = 1 }
      actions = [.send(bytes)]
    case .wrongFunction:
      answer.pdu[0] = Self.otherFunction(than: pdu[0])
      actions = [.send(answer.encoded(as: framing))]
    case .wrongByteCount(let difference):
      if pdu.count > 1 { answer.pdu[1] = UInt8(truncatingIfNeeded: Int(pdu[1]) + difference) }
      actions = [.send(answer.encoded(as: framing))]
    case .wrongDataLength(let difference):
      answer.pdu = Self.resized(pdu, by: difference)
      actions = [.send(answer.encoded(as: framing))]
    case .wrongEcho:
      if pdu.count > 2, pdu[0] & 0x80 == 0 { answer.pdu[2] ^= 1 }
      actions = [.send(answer.encoded(as: framing))]
    case .wrongCRC:
      var bytes = right
      if framing.isRTU { bytes[bytes.count - 1] ^= 0xFF }
      actions = [.send(bytes)]
    case .duplicate:
      // In one piece: in two, a busy machine would put any pause between them.
      actions = [.send(right + right)]
    case .echo:
      actions = [.send(request.encoded(as: framing) + right)]
    case .close:
      actions = framing == .rtu ? [] : [.close]
    case .reset:
      actions = framing == .rtu ? [] : [.reset]
    case .closeMidFrame:
      actions = [.send(Array(right.prefix(right.count / 2)))] + (framing == .rtu ? [] : [.close])
    case .dribble(let pause):
      actions = right.flatMap { [.send([$0]), .pause(milliseconds: pause)] }
    case .split(let pause):
      let half = right.count / 2
      actions = [.send(Array(right.prefix(half))), .pause(milliseconds: pause), .send(Array(right.dropFirst(half)))]
    }
  }

  private static func otherFunction(than code: UInt8) -> UInt8 {
    switch code {
    case 1: 2
    case 2: 1
    case 3: 4
    case 4: 3
    default: code ^ 1
    }
  }

  /// A read's answer with fewer or more data bytes; other answers only get shorter or longer.
  private static func resized(_ pdu: [UInt8], by difference: Int) -> [UInt8] {
    var pdu = difference < 0 ? Array(pdu.dropLast(min(-difference, pdu.count - 1))) : pdu + Array(repeating: 0, count: difference)
    if [1, 2, 3, 4, 23].contains(pdu[0]), pdu.count >= 2 { pdu[1] = UInt8(truncatingIfNeeded: pdu.count - 2) }
    return pdu
  }
}

extension WireAction {
  static func pause(milliseconds: Int) -> WireAction { .pause(microseconds: UInt64(max(0, milliseconds)) * 1_000) }
}
