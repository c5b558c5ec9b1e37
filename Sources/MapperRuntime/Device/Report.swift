package import MapperSDK
package import TwinProtocol

/// What a device's readings are to edgecore: the last good value of each property, and why there is no newer one.
///
/// A value: readings go in, changes of the twin come out. Properties are known by their places in the device.
package struct Report: Sendable {
  private struct Terms: Sendable, Hashable {
    let type: ValueType
    let limits: Limits
    let policy: ReportPolicy
  }

  /// Small, as there may be hundreds of thousands: so the members stand in the order that leaves the least room between them.
  private struct Entry: Sendable {
    /// The last value that was read, and when the device had it.
    var lastTime: Int64 = 0
    var last: Value?
    /// What the model and the Device say, shared by properties alike: a place in ``terms``.
    let terms: UInt32
    /// The last value that was reported as good, and when.
    var reported: Value?
    var reportedAt: Int64 = 0
  }

  /// Why a value isn't good.
  private struct Doubt: Sendable, Hashable {
    let quality: Quality
    let reason: String?
  }

  private var terms: [Terms] = []

  private var entries: [Entry]
  /// What was told of properties that have no good value, while it lasts.
  private var reportedFailures: [Int: Doubt] = [:]
  /// Readings that gave no value.
  package private(set) var failures = 0
  /// Readings that gave a value.
  package private(set) var values = 0

  /// Nothing was read yet.
  ///
  /// - Parameter properties: What the model says of the properties' values, and when they are reported.
  package init(_ properties: [(type: ValueType, limits: Limits, policy: ReportPolicy)]) {
    var known: [Terms: UInt32] = [:]
    var terms: [Terms] = []
    entries = properties.map { property in
      let own = Terms(type: property.type, limits: property.limits, policy: property.policy)
      let place = known[own] ?? UInt32(terms.count)
      if place == terms.count {
        known[own] = place
        terms.append(own)
      }
      return Entry(terms: place)
    }
    self.terms = terms
  }

  /// Takes a reading of a property.
  ///
  /// A reading that failed is no value: the last good one is told again, with its own time, as `bad`, once a reason.
  ///
  /// - Parameters:
  ///   - now: The time for readings without one of their own, in milliseconds since 1970.
  ///   - uptime: A clock that never goes back, in milliseconds.
  ///   - tellsQuality: Whether the core knows qualities; to another one an old value would look fresh.
  ///   - isWanted: Whether a value is to be told though it is no news.
  package mutating func take(
    _ reading: Reading, of property: Int, now: Int64, uptime: Int64, tellsQuality: Bool, isWanted: Bool = false
  ) -> Twin? {
    guard entries.indices.contains(property) else { return nil }
    let terms = terms[Int(entries[property].terms)]
    switch Self.sample(reading, terms.type, terms.limits, now) {
    case .success(let sample):
      values += 1
      entries[property].last = sample.value
      entries[property].lastTime = sample.time
      let isRecovered = !reportedFailures.isEmpty && reportedFailures[property] != nil
      if !isWanted, !isRecovered, sample.quality == .good, let last = entries[property].reported,
        !terms.policy.isNews(sample.value, after: last, elapsed: uptime - entries[property].reportedAt)
      {
        return nil
      }
      guard let text = sample.value.text else { return nil }
      let doubt = sample.quality == .good || !tellsQuality ? nil : Doubt(quality: sample.quality, reason: sample.reason)
      // The next one without a doubt is news.
      if isRecovered || doubt != nil { reportedFailures[property] = doubt }
      entries[property].reported = sample.value
      entries[property].reportedAt = uptime
      return twin(text, of: property, doubt)
    case .failure(let error):
      failures += 1
      let doubt = Doubt(quality: .bad, reason: error.reason)
      guard tellsQuality, let last = entries[property].last, let text = last.text, reportedFailures[property] != doubt else { return nil }
      reportedFailures[property] = doubt
      return twin(text, of: property, doubt)
    }
  }

  /// A property's last value, whose text is given, with the time at which the device had it.
  private func twin(_ text: String, of property: Int, _ doubt: Doubt?) -> Twin {
    Twin(
      actual: TwinValue(text, timestamp: entries[property].lastTime, quality: doubt?.quality.rawValue, reason: doubt?.reason),
      type: terms[Int(entries[property].terms)].type.rawValue)
  }

  /// Takes the value that edgecore has of a property of which nothing was read yet, so that a failure to read it can be told.
  ///
  /// - Parameter time: When the device had the value, in milliseconds since 1970.
  package mutating func learn(_ text: String, time: Int64, of property: Int) {
    guard entries.indices.contains(property), entries[property].last == nil,
      let value = try? Value(parsing: text, as: terms[Int(entries[property].terms)].type)
    else { return }
    entries[property].last = value
    entries[property].lastTime = time
  }

  /// Whether reports of a property go to its data topic too.
  package func isData(_ property: Int) -> Bool { terms[Int(entries[property].terms)].policy.isData }

  /// Whether no report of a property may be replaced by a newer one.
  package func isEvery(_ property: Int) -> Bool { terms[Int(entries[property].terms)].policy.isEvery }

  /// Tells everything anew: the core is another one now.
  ///
  /// - Parameters:
  ///   - tellsQuality: Whether the core knows qualities.
  ///   - isAwaited: Whether the next reading of a property comes soon, and tells it.
  /// - Returns: What was told last of the properties whose next reading may be far, by their places.
  package mutating func repeatAll(tellsQuality: Bool, isAwaited: (Int) -> Bool) -> [Int: Twin] {
    var twins: [Int: Twin] = [:]
    for index in entries.indices {
      let doubt = reportedFailures[index]
      // What only edgecore has told was never read.
      guard !isAwaited(index), entries[index].reported != nil || doubt != nil, tellsQuality || doubt == nil,
        let text = entries[index].last?.text
      else {
        entries[index].reported = nil
        continue
      }
      twins[index] = twin(text, of: index, doubt)
    }
    // A failure is told again when it happens again.
    reportedFailures = reportedFailures.filter { twins[$0.key] != nil }
    return twins
  }

  /// What a reading is as a value of the property; a value outside the model's limits is none.
  static func sample(
    _ reading: Reading, _ type: ValueType, _ limits: Limits, _ now: Int64
  ) -> Result<Sample, ReadingError> {
    let (value, time, doubt): (Value, Int64?, String?)
    switch reading {
    case .failure(let error): return .failure(error)
    case .value(let read, let readAt): (value, time, doubt) = (read, readAt, nil)
    case .uncertain(let read, let readAt, let reason): (value, time, doubt) = (read, readAt, reason)
    }
    do {
      let value = try value.converted(to: type)
      try limits.check(value)
      return .success(Sample(value: value, quality: doubt == nil ? .good : .uncertain, reason: doubt, time: time ?? now))
    } catch {
      return .failure(ReadingError(.invalidValue, error.reason))
    }
  }
}
