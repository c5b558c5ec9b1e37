/// What a ``FaultyBus`` does to what a device answers. What is asked always arrives.
public enum BusFault: Sendable, Hashable {
  /// Nothing.
  case pass
  /// Answers are swallowed.
  case silent
  /// Answers come later, by so many milliseconds, also those that are on their way when the fault ends.
  case delay(milliseconds: Int)
  /// Of each answer the first half comes, and then the connection is closed.
  case closeMidAnswer
  /// Instead of each answer so many random bytes come.
  case garbage
  /// Of each answer the first half comes, and no more.
  case truncate
  /// Nobody listens: connections are reset, and new ones refused.
  case refuse
  /// Answers come one byte at a time, a millisecond apart.
  case oneByteAtATime
}
