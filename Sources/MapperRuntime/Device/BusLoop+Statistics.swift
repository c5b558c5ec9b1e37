internal import Logging
internal import MapperSDK

/// What is told of how the bus does.
extension BusLoop {
  mutating func refreshStatistics(now: Int64) {
    refreshAt = now + 1_000
    statistics.missed = scheduler.missed
    statistics.utilisation = scheduler.utilisation
    statistics.silentUnits = scheduler.silentUnits.map(\.description)
    statistics.missedProperties = []
    guard statistics.missed > 0 else { return }
    for case let member? in members {
      for slot in member.slots where statistics.missedProperties.count < 1_000 {
        let count = scheduler.missed(slot, of: member.unit)
        guard count > 0, let point = Self.point(slot, slots, points) else { continue }
        statistics.missedProperties.append(.init(device: member.device, property: point.property, count: count))
      }
    }
  }

  mutating func adjustStretch() {
    statistics.stretch = scheduler.stretch
    // Small changes are no news.
    let ratio = scheduler.stretch / toldStretch
    guard ratio > 1.25 || ratio < 0.8 || (scheduler.stretch == 1) != (toldStretch == 1) else { return }
    let old = toldStretch
    toldStretch = scheduler.stretch
    let factor = (scheduler.stretch * 100).rounded() / 100
    let advice = advice
    for device in places.keys.sorted() {
      if scheduler.stretch > 1 {
        events.post(
          device, .warning, "PollPlanStretched",
          "the bus \(id) can't read everything as often as it should be: all cycles on it take \(factor) times as long\(advice)")
      } else {
        events.post(device, .normal, "PollPlanMet", "the bus \(id) reads everything as often as it should be again")
      }
    }
    logger.notice("cycles are stretched by \(factor), before by \(old)")
  }

  private var advice: PollPlanAdvice {
    PollPlanAdvice(
      members.compactMap { $0 }.map { member in
        (device: member.device, need: member.slots.reduce(0) { $0 + scheduler.need(of: $1, of: member.unit) })
      })
  }
}
