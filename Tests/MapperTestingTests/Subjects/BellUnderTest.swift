import MapperTesting

/// The driver of bells.
struct BellUnderTest: DriverUnderTest {
  var flaw: BellFlaw?

  var timeout: Duration { .milliseconds(200) }

  func makeDriver() -> BellDriver { BellDriver(flaw: flaw) }

  func startSimulator() -> Bell { Bell() }

  /// A device in memory has no bus.
  var exemptions: [ConformanceCheck: String] {
    let needFaults: [ConformanceCheck] =
      ConformanceCheck.all(in: .faults) + [
        .failedReadIsNoValue, .batchFailsPartially, .refusedWriteThrows, .cancellationEndsRead, .executorStaysFree, .deviceComesBack,
      ]
    return Dictionary(uniqueKeysWithValues: needFaults.map { ($0, "nothing can go wrong with a device in memory") })
  }
}
