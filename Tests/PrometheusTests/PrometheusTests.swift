import CoreMetrics
import Prometheus
import Testing

@Suite("Metrics as Prometheus reads them")
struct PrometheusTests {
  @Test("Counters, gauges, timers and recorders are written by name and labels")
  func text() {
    let registry = PrometheusRegistry()
    let counter = Counter(label: "polls_total", dimensions: [("device", "pump")], factory: registry)
    counter.increment(by: 3)
    counter.increment(by: -1)
    Counter(label: "polls_total", dimensions: [("device", "boiler")], factory: registry).increment()
    FloatingPointCounter(label: "energy_total", factory: registry).increment(by: 0.5)
    let gauge = Meter(label: "queue_length", factory: registry)
    gauge.set(7)
    gauge.decrement(by: 2)
    let timer = Timer(label: "read_seconds", dimensions: [("bus", "a")], factory: registry)
    timer.recordMilliseconds(3)
    timer.recordSeconds(60)
    Recorder(label: "size", dimensions: [], aggregate: false, factory: registry).record(9)
    let text = registry.text(adding: [
      .init("up", [("bus", "b")], 1), .init("x_total", 2), .init("up", [("bus", "a")], 0.5), .init("queue_length", 9),
    ])
    #expect(text.hasPrefix("# TYPE energy_total counter\nenergy_total 0.5\n"))
    #expect(text.contains("# TYPE polls_total counter\npolls_total{device=\"boiler\"} 1\npolls_total{device=\"pump\"} 3\n"))
    #expect(text.contains("# TYPE queue_length gauge\nqueue_length 5\n"))
    #expect(text.contains("# TYPE read_seconds histogram\n"))
    #expect(text.contains("read_seconds_bucket{bus=\"a\",le=\"0.0025\"} 0\nread_seconds_bucket{bus=\"a\",le=\"0.005\"} 1\n"))
    #expect(
      text.contains("read_seconds_bucket{bus=\"a\",le=\"+Inf\"} 2\nread_seconds_sum{bus=\"a\"} 60.003\nread_seconds_count{bus=\"a\"} 2\n"))
    #expect(text.contains("# TYPE size gauge\nsize 9\n"))
    #expect(text.contains("# TYPE up gauge\nup{bus=\"b\"} 1\nup{bus=\"a\"} 0.5\n# TYPE x_total counter\nx_total 2\n"))
    #expect(!text.contains("queue_length 9"))
  }

  @Test("What a metric means stands above it, on one line")
  func help() {
    let registry = PrometheusRegistry()
    Counter(label: "polls_total", dimensions: [("device", "pump")], factory: registry).increment()
    let text = registry.text(adding: [.init("up", 1)], help: ["polls_total": "Polls.", "up": "Whether\nit's \\ up.", "other": "-"])
    #expect(text.contains("# HELP polls_total Polls.\n# TYPE polls_total counter\npolls_total{device=\"pump\"} 1\n"), "\(text)")
    #expect(text.contains("# HELP up Whether\\nit's \\\\ up.\n# TYPE up gauge\nup 1\n"), "\(text)")
    #expect(!text.contains("other"))
  }

  @Test("The same metric asked for twice is one")
  func same() {
    let registry = PrometheusRegistry()
    Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: registry).increment()
    Counter(label: "a", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment()
    #expect(registry.text().contains("a{x=\"1\",y=\"2\"} 2\n"))
  }

  @Test("Names and values that would break the format can't")
  func hostile() {
    let registry = PrometheusRegistry()
    Counter(label: "7 bad-name\n{}", dimensions: [("le", "1\"} 9\nfake 1"), ("a b", "\\"), ("__name__", "x")], factory: registry)
      .increment()
    let text = registry.text()
    #expect(text.contains("_7_bad_name___{a_b=\"\\\\\",label___name__=\"x\",label_le=\"1\\\"} 9\\nfake 1\"} 1\n"), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("_7") || $0.hasPrefix("metrics_left_out") })
  }

  @Test("A name is one kind's; a second kind is counted as left out and harms nothing")
  func kinds() {
    let registry = PrometheusRegistry()
    Counter(label: "a", factory: registry).increment()
    Meter(label: "a", factory: registry).set(9)
    #expect(registry.text().contains("# TYPE a counter\na 1\n"))
    #expect(registry.left == 1)
  }

  @Test("Label sets and metrics are bounded")
  func bounds() {
    var limits = PrometheusRegistry.Limits()
    limits.seriesPerFamily = 3
    limits.families = 2
    limits.labelBytes = 4
    let registry = PrometheusRegistry(limits: limits)
    for number in 0..<10 { Counter(label: "a", dimensions: [("n", "\(number)")], factory: registry).increment() }
    for name in ["b", "c", "d"] { Counter(label: name, factory: registry).increment() }
    Counter(label: "b", dimensions: [("long", "ééé")], factory: registry).increment()
    let text = registry.text()
    #expect(text.split(separator: "\n").count { $0.hasPrefix("a{") } == 3)
    #expect(!text.contains("\nc "))
    #expect(text.contains("b{long=\"éé\"} 1\n"))
    #expect(text.contains("metrics_left_out 9\n"))
  }

  @Test("A metric that is destroyed makes room")
  func destroy() {
    let registry = PrometheusRegistry()
    let counter = Counter(label: "a", factory: registry)
    counter.increment()
    counter.destroy()
    #expect(!registry.text().contains("a 1"))
    Meter(label: "a", factory: registry).set(2)
    #expect(registry.text().contains("# TYPE a gauge\na 2\n"))
  }
}
