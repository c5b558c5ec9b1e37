/// One thing that every driver has to do, or mustn't.
///
/// What each is about, ``explanation`` says; docs/conformance.md has them all.
public enum ConformanceCheck: String, Sendable, Hashable, CaseIterable {
  // MARK: Configuration
  /// The schema describes every member.
  case schemaIsDescribed
  /// The schema and the Decodable types agree.
  case schemaAgreesWithTypes
  /// The simulator's own configuration is accepted without a warning.
  case ownConfigurationIsAccepted
  /// An unknown member is warned of, and stops nothing.
  case unknownMemberIsWarnedOf
  /// A value of the wrong kind is refused at its place.
  case wrongTypeIsRefused
  /// What is missing is named.
  case missingMemberIsNamed
  /// A broken visitor costs only its property.
  case badVisitorCostsItself
  // MARK: Planning
  /// The same configuration is the same bus and unit.
  case busAndUnitArePure
  /// A plan has each point exactly once.
  case planIsComplete
  // MARK: Reading
  /// Every property is read, in its type.
  case everyPropertyIsRead
  /// Reads follow the device.
  case readsFollowTheDevice
  /// Readings are in the order of their points.
  case readingsKeepOrder
  /// Reading nothing gives nothing.
  case emptyReadIsEmpty
  /// A failed read is never a value.
  case failedReadIsNoValue
  /// One refused property leaves the others readable.
  case batchFailsPartially
  // MARK: Writing
  /// A write arrives.
  case writeArrives
  /// What was written is read back.
  case writeIsReadBack
  /// A write leaves other properties alone.
  case writeLeavesOthersAlone
  /// A refused write throws.
  case refusedWriteThrows
  // MARK: Faults
  /// A silent device is an error in time.
  case silenceIsAnError
  /// A late answer isn't taken for the next one.
  case lateAnswerIsDropped
  /// A slow device is read.
  case slowDeviceIsRead
  /// Garbage is no value.
  case garbageIsNoValue
  /// A lost connection is noticed, and made anew.
  case disconnectIsNoticed
  /// That nobody is there is said.
  case absenceIsSaid
  // MARK: Lifecycle
  /// Cancellation ends a read that waits.
  case cancellationEndsRead
  /// Closing twice is closing once.
  case closeIsIdempotent
  /// No descriptor is left open.
  case descriptorsAreClosed
  /// No thread is left behind.
  case threadsEnd
  /// Waiting never blocks Swift's own threads.
  case executorStaysFree
  // MARK: Framework
  /// Devices of one bus share its connection.
  case devicesShareABus
  /// Buses run beside each other.
  case busesRunTogether
  /// A device that comes back is read again.
  case deviceComesBack
  /// Another cycle keeps the connection.
  case cycleChangeKeepsConnection
  /// Another visitor takes effect.
  case visitorChangeTakesEffect
  /// A mapper under load ends in time.
  case shutdownUnderLoad
  /// A desired value is written once, with its mark.
  case desiredIsWrittenOnce
  // MARK: Events
  /// What happens is told without being asked for.
  case eventsAreTold
  /// Events come in the order in which they happened.
  case eventsKeepOrder
  /// Watching and reading go on beside each other.
  case watchRunsBesideReads
  /// A watch ends when it is cancelled, and begins again.
  case watchEndsAtCancellation
  // MARK: Commands
  /// Commands are carried out.
  case commandsAreCarriedOut
  /// An unknown command is refused.
  case unknownCommandIsRefused
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
    /// What the device tells by itself.
    case events
    /// What the device does on demand.
    case commands
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
    case .eventsAreTold, .eventsKeepOrder, .watchRunsBesideReads, .watchEndsAtCancellation: .events
    case .commandsAreCarriedOut, .unknownCommandIsRefused: .commands
    }
  }

  /// The checks of a group, in their order.
  public static func all(in group: Group) -> [ConformanceCheck] { allCases.filter { $0.group == group } }
}
