internal import MapperSDK

/// Reads points once, so that one that can't be read costs only itself.
struct DirectReader<Driver: DeviceDriver> {
  typealias Point = Driver.Connection.Point

  private let points: [Point]
  private let connection: Driver.Connection
  /// Why the device, or the way to it, doesn't answer.
  private(set) var outage: ReadingError?
  /// What was read, in the points' order.
  private(set) var readings: [Reading]

  init(points: [Point], connection: Driver.Connection) {
    self.points = points
    self.connection = connection
    readings = Array(repeating: .failure(ReadingError(.failed, "not read: interrupted")), count: points.count)
  }

  /// Performs requests until cancelled.
  mutating func read(_ requests: [PlannedRead]) async {
    var rest = Array(requests.map(\.points).reversed())
    while let places = rest.popLast(), !Task.isCancelled {
      if let outage {
        fail(places, outage)
        continue
      }
      do {
        let found = try await connection.read(places.map { points[$0] })
        for (index, place) in places.enumerated() where index < found.count { readings[place] = found[index] }
      } catch let error as ReadingError where error.scope == .request && places.count > 1 {
        // Something among them is refused: the others have their values.
        let middle = places.count / 2
        rest += [Array(places[middle...]), Array(places[..<middle])]
      } catch {
        let error = error as? ReadingError ?? ReadingError(.notConnected, "\(error)")
        fail(places, error)
        if error.scope == .unit || error.scope == .bus { outage = error }
      }
    }
  }

  private mutating func fail(_ places: [Int], _ error: ReadingError) {
    for place in places { readings[place] = .failure(error) }
  }
}
