/// Waits that double from a shortest to a longest, shortened at random so that many clients don't come back at once.
struct Backoff {
  let minimum: Duration
  let maximum: Duration
  private var next: Duration

  init(minimum: Duration, maximum: Duration) {
    self.minimum = max(minimum, .milliseconds(1))
    self.maximum = max(maximum, self.minimum)
    next = self.minimum
  }

  mutating func delay(using generator: inout some RandomNumberGenerator) -> Duration {
    let delay = next * Double.random(in: 0.5...1, using: &generator)
    next = min(next * 2, maximum)
    return delay
  }

  mutating func reset() { next = minimum }
}
