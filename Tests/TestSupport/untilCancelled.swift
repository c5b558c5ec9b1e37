/// Waits until the task is cancelled.
public func untilCancelled() async {
  let (nothing, source) = AsyncStream.makeStream(of: Never.self)
  for await _ in nothing {}
  // A stream whose source is gone would end.
  withExtendedLifetime(source) {}
}
