extension ModbusClient {
  /// What a unit was asked without answering in time. The answer may come at any later time, and RTU frames don't say what
  /// they answer: one of the same function and length would be believed.
  struct Debt {
    /// The functions that were asked, with the lengths of their answers.
    private var owed: [UInt8: Set<Int>] = [:]
    /// How often it was tried to find out that nothing more comes.
    private var attempts = 0

    /// A request was not answered in time.
    mutating func add(_ request: ModbusRequest) { owed[request.function, default: []].insert(request.answerLength) }

    /// Whether an exception in answer to a proof proves something: it doesn't where it may be the answer that is owed, except
    /// after so many tries that nothing can still be on its way.
    func isSettled(byExceptionTo proof: ModbusRequest) -> Bool { owed[proof.function] == nil || attempts > 8 }

    /// A harmless request whose answer can't be mistaken for one that is owed: of another function, or, for units that pass
    /// over functions they lack, of another length; by turns.
    mutating func proof(before request: ModbusRequest) -> ModbusRequest {
      attempts += 1
      let address = request.readAddress
      let reads: [(Int) -> ModbusRequest] = [
        { .readHoldingRegisters(address: address, quantity: $0) }, { .readInputRegisters(address: address, quantity: $0) },
        { .readCoils(address: address, quantity: $0) }, { .readDiscreteInputs(address: address, quantity: $0) },
      ]
      if attempts % 2 == 1, let other = reads.first(where: { owed[$0(1).function] == nil }) { return other(1) }
      let read = reads.first { $0(1).function == request.function } ?? reads[0]
      let lengths = owed[read(1).function] ?? []
      // Bits come eight to a byte.
      return [1, 2, 3, 9, 17, 25, 33].map(read).first { !lengths.contains($0.answerLength) } ?? read(40)
    }
  }

  /// Makes sure that nothing a unit owes can be taken for the answer to the next request: units answer in the order in which
  /// they are asked, so what they owe comes before the answer to something else.
  func settleDebt(of unit: UInt8, before request: ModbusRequest) throws(ModbusError) {
    for _ in 0..<4 {
      guard let proof = debts[unit]?.proof(before: request) else { return }
      do {
        _ = try exchange(proof, with: unit)
        debts[unit] = nil
        return
      } catch  where error.isException {
        guard debts[unit]?.isSettled(byExceptionTo: proof) == true else { continue }
        debts[unit] = nil
        return
      } catch  where error.code == .invalidAnswer {
        // What was owed has come, or a part of it.
        continue
      }
    }
    throw ModbusError(.invalidAnswer, "unit \(unit) answers late, and not what it is asked")
  }
}

extension ModbusRequest {
  /// An address that the unit can be expected to have.
  fileprivate var readAddress: UInt16 {
    switch self {
    case .readCoils(let address, _), .readDiscreteInputs(let address, _), .readHoldingRegisters(let address, _),
      .readInputRegisters(let address, _):
      address
    default: 0
    }
  }
}

extension ModbusError {
  /// Whether the unit itself answered so.
  fileprivate var isException: Bool {
    switch code {
    case .illegalFunction, .illegalDataAddress, .illegalDataValue, .serverDeviceFailure, .acknowledge, .serverDeviceBusy,
      .memoryParityError, .gatewayPathUnavailable, .gatewayTargetFailedToRespond, .unknownException:
      true
    default: false
    }
  }
}
