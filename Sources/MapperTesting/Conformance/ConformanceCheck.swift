/// One thing that every driver has to do, or mustn't.
///
/// What each is about, ``explanation`` says; docs/conformance.md has them all.
public enum ConformanceCheck: String, Sendable, Hashable, CaseIterable {
  // Configuration
  case schemaIsDescribed
  case schemaAgreesWithTypes
  case ownConfigurationIsAccepted
  case unknownMemberIsWarnedOf
  case wrongTypeIsRefused
  case missingMemberIsNamed
  case badVisitorCostsItself
  // Planning
  case busAndUnitArePure
  case planIsComplete
  // Reading
  case everyPropertyIsRead
  case readsFollowTheDevice
  case readingsKeepOrder
  case emptyReadIsEmpty
  case failedReadIsNoValue
  case batchFailsPartially
  // Writing
  case writeArrives
  case writeIsReadBack
  case writeLeavesOthersAlone
  case refusedWriteThrows
  // Faults
  case silenceIsAnError
  case lateAnswerIsDropped
  case slowDeviceIsRead
  case garbageIsNoValue
  case disconnectIsNoticed
  case absenceIsSaid
  // Lifecycle
  case cancellationEndsRead
  case closeIsIdempotent
  case descriptorsAreClosed
  case threadsEnd
  case executorStaysFree
  // Framework
  case devicesShareABus
  case busesRunTogether
  case deviceComesBack
  case cycleChangeKeepsConnection
  case visitorChangeTakesEffect
  case shutdownUnderLoad
  case desiredIsWrittenOnce
}

extension ConformanceCheck {
  /// What checks are about.
  public enum Group: String, Sendable, Hashable, CaseIterable {
    /// What a Device says, before a device is touched.
    case configuration
    /// What is read with what.
    case planning
    /// Values from the device.
    case reading
    /// Values to the device.
    case writing
    /// What goes wrong on the way.
    case faults
    /// Connections, and what they hold.
    case lifecycle
    /// The driver as a mapper runs it.
    case framework
  }

  /// What the check is about.
  public var group: Group {
    switch self {
    case .schemaIsDescribed, .schemaAgreesWithTypes, .ownConfigurationIsAccepted, .unknownMemberIsWarnedOf, .wrongTypeIsRefused,
      .missingMemberIsNamed, .badVisitorCostsItself:
      .configuration
    case .busAndUnitArePure, .planIsComplete: .planning
    case .everyPropertyIsRead, .readsFollowTheDevice, .readingsKeepOrder, .emptyReadIsEmpty, .failedReadIsNoValue,
      .batchFailsPartially:
      .reading
    case .writeArrives, .writeIsReadBack, .writeLeavesOthersAlone, .refusedWriteThrows: .writing
    case .silenceIsAnError, .lateAnswerIsDropped, .slowDeviceIsRead, .garbageIsNoValue, .disconnectIsNoticed, .absenceIsSaid: .faults
    case .cancellationEndsRead, .closeIsIdempotent, .descriptorsAreClosed, .threadsEnd, .executorStaysFree: .lifecycle
    case .devicesShareABus, .busesRunTogether, .deviceComesBack, .cycleChangeKeepsConnection, .visitorChangeTakesEffect,
      .shutdownUnderLoad, .desiredIsWrittenOnce:
      .framework
    }
  }

  /// The checks of a group, in their order.
  public static func all(in group: Group) -> [ConformanceCheck] { allCases.filter { $0.group == group } }
}
