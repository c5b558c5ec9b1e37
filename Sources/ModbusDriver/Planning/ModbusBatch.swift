public import MapperSDK

/// The points of one request: what to ask for, and what the answer means.
///
/// Made anew for each read: that costs less than to find out whether a kept one still tells what a Device asks for.
public struct ModbusBatch: Sendable {
  private enum Entry: Sendable {
    case codec(ModbusValueCodec)
    case failure(ReadingError)
  }

  private let entries: [Entry]
  /// What to ask for; `nil` when none of the points can be read.
  public let span: RegisterSpan?

  /// A batch.
  ///
  /// - Parameter points: Points of one unit, as a ``PlannedRead`` has them.
  /// - Throws: ``ReadingError`` with the scope `request` when no single request reads them all.
  public init(_ points: [ModbusPoint]) throws(ReadingError) {
    var entries: [Entry] = []
    entries.reserveCapacity(points.count)
    var span: RegisterSpan?
    for index in points.indices {
      let codec: ModbusValueCodec
      do {
        codec = try ModbusValueCodec(points[index])
        entries.append(.codec(codec))
      } catch {
        entries.append(.failure(error))
        continue
      }
      let wanted = points[index].config.requested(codec.span)
      guard let known = span else {
        span = wanted
        continue
      }
      guard known.table == wanted.table, points[index].config.unit == points[0].config.unit else {
        throw ReadingError("invalidRequest", "no request reads several tables or units", scope: .request)
      }
      let start = min(known.start, wanted.start)
      span = RegisterSpan(table: known.table, start: start, count: max(known.end, wanted.end) - start)
    }
    if let span, !span.isReadable {
      throw ReadingError(
        "invalidRequest", "no request reads \(span.count) \(span.table.noun)s from \(span.start)",
        scope: points.count > 1 ? .request : .point)
    }
    self.entries = entries
    self.span = span
  }

  /// What an answer to the request says of each point, in their order.
  public func readings(from data: ModbusData) -> [Reading] {
    guard data.count == span?.count ?? 0, let span else {
      let mismatch = ReadingError(.invalidValue, "\(span?.count ?? 0) were asked for, and \(data.count) answered")
      return entries.map { entry in
        if case .failure(let error) = entry { .failure(error) } else { .failure(mismatch) }
      }
    }
    var readings: [Reading] = []
    readings.reserveCapacity(entries.count)
    for entry in entries {
      switch entry {
      case .failure(let error): readings.append(.failure(error))
      case .codec(let codec):
        do {
          readings.append(.value(try codec.decode(data, at: codec.span.start - span.start)))
        } catch {
          readings.append(.failure(error))
        }
      }
    }
    return readings
  }
}
