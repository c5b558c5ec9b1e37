extension ConformanceCheck {
  /// What has to hold, as a sentence.
  public var title: String { texts.title }

  /// How it is checked and why it matters, for the driver's author.
  public var explanation: String { texts.explanation }

  private var texts: (title: String, explanation: String) {
    switch self {
    case .schemaIsDescribed:
      (
        "The schema describes every member",
        "Each member of both configurations has a name of its own and a doc, and defaults are of the kind and in the range that the "
          + "schema gives: users read them in kubectl explain and in error messages."
      )
    case .schemaAgreesWithTypes:
      (
        "The schema and the Decodable types agree",
        "What the schema calls optional may be left out, its defaults may be written out, and the ends of its ranges fit the types: "
          + "else a Device passes the schema and fails afterwards."
      )
    case .ownConfigurationIsAccepted:
      (
        "The simulator's own configuration is accepted without a warning",
        "A Device with the simulator's protocolConfig and visitors raises neither an error nor a warning: a member that the driver "
          + "reads and the schema doesn't know would warn every user."
      )
    case .unknownMemberIsWarnedOf:
      (
        "An unknown member is warned of, and stops nothing",
        "A member that nobody knows, in the protocol's configuration and in a visitor, gives a warning with its place, and the device "
          + "is served all the same: a mistyped key has to show, a newer driver's key mustn't stop an older one."
      )
    case .wrongTypeIsRefused:
      (
        "A value of the wrong kind is refused at its place",
        "Each member of the schema is given a value of another kind, and one outside its range: the error names the member's path."
      )
    case .missingMemberIsNamed:
      (
        "What is missing is named",
        "Each member of the simulator's configuration and visitors is left out in turn: either the device is accepted, or the error "
          + "names a member's path. A bare keyNotFound helps nobody."
      )
    case .badVisitorCostsItself:
      (
        "A broken visitor costs only its property",
        "One property's visitor is spoilt: the others are served, and report the device's values."
      )
    case .busAndUnitArePure:
      (
        "The same configuration is the same bus and unit",
        "bus(of:config:) and unit(of:config:) are asked again and again, of another instance of the driver too: an answer that changes "
          + "would open a connection a device, or mix devices up. And a configuration conflicts with no other one that says the same."
      )
    case .planIsComplete:
      (
        "A plan has each point exactly once",
        "plan(_:costs:) is given many subsets of the points of two devices, in many orders: each point is in exactly one request, no "
          + "request is empty, and the same points give the same plan."
      )
    case .everyPropertyIsRead:
      (
        "Every property is read, in its type",
        "All properties, together and one by one, give the device's own value, of a type that the property's can take."
      )
    case .readsFollowTheDevice:
      (
        "Reads follow the device",
        "The device changes by itself, and the next read says so: nothing is remembered from the read before."
      )
    case .readingsKeepOrder:
      (
        "Readings are in the order of their points",
        "Points are read in many orders: the first reading is the first point's. A driver that sorts its points has to sort its "
          + "readings back."
      )
    case .emptyReadIsEmpty:
      ("Reading nothing gives nothing", "read([]) returns an empty list, and neither throws nor talks to the device.")
    case .failedReadIsNoValue:
      (
        "A failed read is never a value",
        "The device refuses one property: its reading is a failure with a reason, not zero, not the value of before."
      )
    case .batchFailsPartially:
      (
        "One refused property leaves the others readable",
        "While a device refuses one property, the others follow the device, and the refused one is reported as bad with a reason."
      )
    case .writeArrives:
      ("A write arrives", "Each writable property is given both of its values, and the device itself has them then.")
    case .writeIsReadBack:
      ("What was written is read back", "A read after a write gives the written value: it is how the framework verifies a desired value.")
    case .writeLeavesOthersAlone:
      (
        "A write leaves other properties alone",
        "After each write the device's other properties are what they were: a bit of a register, or a field of a record, is easily "
          + "written with its neighbours."
      )
    case .refusedWriteThrows:
      (
        "A refused write throws",
        "The device refuses to be written: write throws a ReadingError that isn't the bus's end, the device keeps its value, and a "
          + "later write works."
      )
    case .silenceIsAnError:
      (
        "A silent device is an error in time",
        "The device answers nothing: the read ends within the driver's own timeout and the grace, with a transient error that reaches "
          + "the unit or the bus, so that the framework backs off."
      )
    case .lateAnswerIsDropped:
      (
        "A late answer isn't taken for the next one",
        "The device answers after the driver gave up, while another property is asked for: what is read is that property's value, or "
          + "an error, never the late answer."
      )
    case .slowDeviceIsRead:
      ("A slow device is read", "The device takes a quarter of the timeout for each answer: its values are read all the same.")
    case .garbageIsNoValue:
      (
        "Garbage is no value",
        "The device answers with bytes that mean nothing: no value comes of them, and once the device is healthy it is read again."
      )
    case .disconnectIsNoticed:
      (
        "A lost connection is noticed, and made anew",
        "The device closes the connection while it is read: the read ends with an error that reaches the bus, or with the right value "
          + "over a new connection; after that the device is read again."
      )
    case .absenceIsSaid:
      (
        "That nobody is there is said",
        "Nobody is at the other end: connecting, or the first read, fails in time with a reason, and works once the device is there."
      )
    case .cancellationEndsRead:
      (
        "Cancellation ends a read that waits",
        "A read of a silent device is cancelled: it returns within the driver's own timeout and the grace. A mapper that is told to "
          + "end waits for it."
      )
    case .closeIsIdempotent:
      ("Closing twice is closing once", "close() returns, again at the second call, and a new connection works.")
    case .descriptorsAreClosed:
      (
        "No descriptor is left open",
        "Twenty times the device is connected, read and closed, and twenty times connecting fails where the simulator can be absent. "
          + "What counts is in how many rounds a descriptor came that stays; a round's is one that wasn't there before it, by number "
          + "and by what it is open on, and is still there at the end. Fewer than half of the rounds may have one, so that what other "
          + "tests of the process do meanwhile doesn't matter; what looks like a leak is measured again."
      )
    case .threadsEnd:
      (
        "No thread is left behind",
        "As with descriptors, by the threads of the process: fewer than half of twenty rounds may leave one."
      )
    case .executorStaysFree:
      (
        "Waiting never blocks Swift's own threads",
        "As many silent devices are read at once as Swift has threads, and one more, each on its bus's thread, again and again: a task "
          + "on Swift's threads has to go on much more often than reads end. Blocking calls belong into the driver's methods as they "
          + "are: a driver that hops to another executor and blocks there stops the whole mapper."
      )
    case .devicesShareABus:
      (
        "Devices of one bus share its connection",
        "Three Devices with the same configuration report the device's values over one connection a bus."
      )
    case .busesRunTogether:
      (
        "Buses run beside each other",
        "Three devices of their own are served at once, and report their own values; where the simulator can be silent, one of them "
          + "is, and the others go on."
      )
    case .deviceComesBack:
      (
        "A device that comes back is read again",
        "The device is absent when the mapper starts, comes, goes and comes again: the mapper says offline and online, an old value "
          + "turns bad, and new values are reported."
      )
    case .cycleChangeKeepsConnection:
      ("Another cycle keeps the connection", "A Device whose collectCycle changes is read on over the same connection.")
    case .visitorChangeTakesEffect:
      ("Another visitor takes effect", "A property is given another's visitor while the mapper runs: it reports that one's value.")
    case .shutdownUnderLoad:
      (
        "A mapper under load ends in time",
        "Several Devices are read every few milliseconds, the device being silent where the simulator can be: the mapper ends within "
          + "the driver's own timeout and the grace."
      )
    case .desiredIsWrittenOnce:
      (
        "A desired value is written once, with its mark",
        "A desired value arrives at the device and is reported with its mark; when the device changes by itself afterwards it is left "
          + "alone."
      )
    case .eventsAreTold:
      (
        "What happens is told without being asked for",
        "Properties whose delivery(of:) isn't .polled are watched, the device changes by itself, and nobody reads: each change comes as "
          + "an event of its point, with a value of the point's type."
      )
    case .eventsKeepOrder:
      (
        "Events come in the order in which they happened",
        "The device changes ten times in a row: the events are those changes in their order, their times never go back, and what "
          + "doesn't come is told as lost."
      )
    case .watchRunsBesideReads:
      (
        "Watching and reading go on beside each other",
        "While points are watched, they are read on the bus's thread: values are right, and events go on coming."
      )
    case .watchEndsAtCancellation:
      (
        "A watch ends when it is cancelled, and begins again",
        "A watch is cancelled: it returns within the driver's own timeout and the grace. Then fewer points are watched over the same "
          + "connection, as when a Device goes, and only those are told of."
      )
    case .commandsAreCarriedOut:
      (
        "Commands are carried out",
        "Each command of the schema is given to the device as the simulator says, and the device does it."
      )
    case .unknownCommandIsRefused:
      ("An unknown command is refused", "A command that isn't in the schema throws a ReadingError that leaves the connection alone.")
    }
  }
}
