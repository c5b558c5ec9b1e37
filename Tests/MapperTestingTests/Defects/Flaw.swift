import MapperTesting

/// Something that a driver's author may get wrong, planted into a driver that is right.
enum Flaw: String, CaseIterable, Sendable {
  case busOfEachCall
  case planWithoutTheLast
  case planThatChanges
  case readsAllOrNothing
  case textForNumbers
  case remembersForEver
  case readingsReversed
  case emptyReadThrows
  case zeroForFailures
  case lastValueForFailures
  case oneRefusalForAll
  case swallowsWriteErrors
  case writesNowhere
  case remembersBeforeWrite
  case writesItsNeighbour
  case timeoutOfThePoint
  case takesLateAnswers
  case impatient
  case lostConnectionOfThePoint
  case connectsForEver
  case waitsForEver
  case secondCloseWaits
  case leavesDescriptors
  case leavesThreads
  case blocksSwiftsThreads
  case losesConnections
  case oneDeviceAtATime
  case givesUp
  case visitorsByName
  case enforcesItsWrites
  case oneFailureForAll
  case neverEnds

  /// The check that has to find it.
  var check: ConformanceCheck {
    switch self {
    case .busOfEachCall: .busAndUnitArePure
    case .planWithoutTheLast, .planThatChanges: .planIsComplete
    case .readsAllOrNothing: .badVisitorCostsItself
    case .textForNumbers: .everyPropertyIsRead
    case .remembersForEver: .readsFollowTheDevice
    case .readingsReversed: .readingsKeepOrder
    case .emptyReadThrows: .emptyReadIsEmpty
    case .zeroForFailures: .garbageIsNoValue
    case .lastValueForFailures: .failedReadIsNoValue
    case .oneRefusalForAll: .batchFailsPartially
    case .swallowsWriteErrors: .refusedWriteThrows
    case .writesNowhere: .writeArrives
    case .remembersBeforeWrite: .writeIsReadBack
    case .writesItsNeighbour: .writeLeavesOthersAlone
    case .timeoutOfThePoint: .silenceIsAnError
    case .takesLateAnswers: .lateAnswerIsDropped
    case .impatient: .slowDeviceIsRead
    case .lostConnectionOfThePoint: .disconnectIsNoticed
    case .connectsForEver: .absenceIsSaid
    case .waitsForEver: .cancellationEndsRead
    case .secondCloseWaits: .closeIsIdempotent
    case .leavesDescriptors: .descriptorsAreClosed
    case .leavesThreads: .threadsEnd
    case .blocksSwiftsThreads: .executorStaysFree
    case .losesConnections: .cycleChangeKeepsConnection
    case .oneDeviceAtATime: .devicesShareABus
    case .givesUp: .deviceComesBack
    case .visitorsByName: .visitorChangeTakesEffect
    case .enforcesItsWrites: .desiredIsWrittenOnce
    case .oneFailureForAll: .busesRunTogether
    case .neverEnds: .shutdownUnderLoad
    }
  }

  /// What the check's message has to have.
  var words: String {
    switch self {
    case .busOfEachCall: "each time; seen: bus"
    case .planWithoutTheLast: "exactly once"
    case .planThatChanges: "the same plan"
    case .readsAllOrNothing: "within"
    case .textForNumbers: "to be read as float"
    case .remembersForEver: "as at the device; seen: \""
    case .readingsReversed: "the points were given in the order"
    case .takesLateAnswers: "came after the driver gave up"
    case .emptyReadThrows: "it throws"
    case .zeroForFailures: "as at the device; seen: \"0\""
    case .lastValueForFailures: "which the device refuses to read"
    case .oneRefusalForAll: "to report setpoint as"
    case .swallowsWriteErrors: "it returns"
    case .writesNowhere: "the device to have"
    case .remembersBeforeWrite: "it was written just before"
    case .writesItsNeighbour: "to stay"
    case .timeoutOfThePoint: "scope point"
    case .impatient: "five times"
    case .lostConnectionOfThePoint: "since the connection is lost"
    case .connectsForEver: "connect to return within"
    case .waitsForEver: "it waits on"
    case .secondCloseWaits: "close to return within"
    case .leavesDescriptors: "leave a descriptor"
    case .leavesThreads: "leave a thread"
    case .blocksSwiftsThreads: "it went on"
    case .losesConnections: "connected once"
    case .oneDeviceAtATime: "to report"
    case .givesUp: "within"
    case .visitorsByName: "to report moving as"
    case .enforcesItsWrites: "to report setpoint as"
    case .oneFailureForAll: "to report"
    case .neverEnds: "the devices didn't end"
    }
  }
}
