import TemperatureDriver
import Testing

@Suite("The temperature curve")
struct TemperatureCurveTests {
  private static let day: Int64 = 86_400_000

  @Test("The same seed and time give the same temperature, another seed another")
  func deterministic() {
    let curve = TemperatureCurve(config: TemperatureConfig(seed: 1))
    let other = TemperatureCurve(config: TemperatureConfig(seed: 2))
    let times = (0..<500).map { 1_700_000_000_000 + Int64($0) * 61_003 }
    #expect(times.map(curve.temperature) == times.map(curve.temperature))
    #expect(times.map(curve.temperature) != times.map(other.temperature))
  }

  @Test("It stays within amplitude and noise, is warm in the afternoon and cold at night")
  func shape() {
    let curve = TemperatureCurve(config: TemperatureConfig(mean: 20, amplitude: 5, noise: 0.3))
    var sum = 0.0
    for minute in 0..<1440 {
      let temperature = curve.temperature(at: Int64(minute) * 60_000)
      #expect((14.7...25.3).contains(temperature))
      sum += temperature
    }
    #expect(abs(sum / 1440 - 20) < 0.1)
    #expect(curve.temperature(at: 15 * 3_600_000) > 24)
    #expect(curve.temperature(at: 3 * 3_600_000) < 16)
  }

  @Test("It never jumps: a second changes it little")
  func continuous() {
    let curve = TemperatureCurve(config: TemperatureConfig(seed: 42))
    for second in 0..<5000 {
      let time = 1_700_000_000_000 + Int64(second) * 1000
      #expect(abs(curve.temperature(at: time + 1000) - curve.temperature(at: time)) < 0.3)
      #expect(abs(curve.temperature(at: time + 1) - curve.temperature(at: time)) < 0.01)
    }
  }

  @Test("Without noise and amplitude it is its mean, before 1970 too")
  func flat() {
    let curve = TemperatureCurve(config: TemperatureConfig(mean: 21.5, amplitude: 0, noise: 0))
    for time in [-Self.day, 0, 12_345, 1_700_000_000_000] as [Int64] { #expect(curve.temperature(at: time) == 21.5) }
    #expect(curve.target == 21.5)
  }

  @Test("A written target is approached exponentially from where the temperature was")
  func target() {
    var curve = TemperatureCurve(config: TemperatureConfig(mean: 20, amplitude: 0, noise: 0, timeConstant: 20))
    curve.write(target: 30, at: 1000)
    #expect(curve.target == 30)
    #expect(curve.temperature(at: 1000) == 20)
    #expect(abs(curve.temperature(at: 21_000) - (30 - 10 / 2.718281828)) < 1e-6)
    #expect(abs(curve.temperature(at: 401_000) - 30) < 1e-6)
    #expect(curve.temperature(at: 0) == 20, "a clock that was set back counts as no time passed")
    curve.write(target: 10, at: 21_000)
    #expect(abs(curve.temperature(at: 21_000) - (30 - 10 / 2.718281828)) < 1e-6)
    #expect(abs(curve.temperature(at: 421_000) - 10) < 1e-6)
  }
}
