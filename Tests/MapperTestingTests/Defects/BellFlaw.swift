import MapperTesting

/// Something that may be wrong with events and commands.
enum BellFlaw: String, CaseIterable, Sendable {
  case tellsNothing
  case tellsOfTheFirst
  case dropsSome
  case swapsThem
  case deafAfterReads
  case watchesForEver
  case tellsOfOthers
  case doesNothing
  case takesAnyCommand

  /// The check that has to find it.
  var check: ConformanceCheck {
    switch self {
    case .tellsNothing, .tellsOfTheFirst: .eventsAreTold
    case .dropsSome, .swapsThem: .eventsKeepOrder
    case .deafAfterReads: .watchRunsBesideReads
    case .watchesForEver, .tellsOfOthers: .watchEndsAtCancellation
    case .doesNothing: .commandsAreCarriedOut
    case .takesAnyCommand: .unknownCommandIsRefused
    }
  }

  /// What the check's message has to have.
  var words: String {
    switch self {
    case .tellsNothing: "seen: it returned"
    case .tellsOfTheFirst: "an event that lamp is"
    case .dropsSome: "or as many told as lost"
    case .swapsThem: "ten times in a row"
    case .deafAfterReads: "though it was read as well"
    case .watchesForEver: "the cancelled watch to return"
    case .tellsOfOthers: "watched no more"
    case .doesNothing: "count to be \"7\""
    case .takesAnyCommand: "it is carried out"
    }
  }
}
