import APIClient
import ArgumentParser
import JSON
import YAML

/// `edgectl history`
struct History: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how a device's values changed.",
    discussion: """
      Examples:
        edgectl history temperature                       every property
        edgectl history temperature target --since 10m    one property, the last ten minutes
        edgectl history temperature --tail 5 -o yaml      the last five changes

      TIME is when the device gave the value, or when it was desired. QUALITY is good, uncertain (nobody reports the device any \
      more), or bad with the reason why the value couldn't be read. edgecore keeps the changes of about an hour in memory, and \
      fewer of devices that change a lot.
      """
  )

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, yaml, json
  }

  @OptionGroup var global: GlobalOptions

  @Option(name: [.customShort("o", allowingJoined: true), .long], help: "How to print: table, yaml or json.")
  var output: Format = .table

  @Option(help: ArgumentHelp("Only what changed in the last so long, for instance 90s, 10m or 2h.", valueName: "TIME"))
  var since: TimeSpan?

  @Option(help: ArgumentHelp("Only the last so many changes.", valueName: "NUMBER"))
  var tail: Int?

  @Flag(help: "Print no header.")
  var noHeaders = false

  @Argument(help: ArgumentHelp("The device.", valueName: "DEVICE"), completion: .custom(Completions.devices))
  var device: String

  @Argument(help: ArgumentHelp("One of its properties; all unless given.", valueName: "PROPERTY"))
  var property: String?

  func validate() throws {
    try checkName(device, "device")
    if let tail, tail < 1 { throw ValidationError("--tail takes a number from 1 on") }
  }

  func run() async throws {
    let client = try global.client()
    let path = APIClient.path(
      group: "devices.kubeedge.io", version: "v1beta1", resource: "devices", namespace: global.namespaceOrDefault, name: device)
    var query: [(String, String)] = []
    if let since { query.append(("sinceSeconds", String(since.seconds))) }
    if let tail { query.append(("tail", String(tail))) }
    if let property { query.append(("property", property)) }
    let answer = try await client.request("GET", path + "/history", query: query).checked().json()
    if let property, answer["items"]?.array?.isEmpty != false {
      let device = try await client.get(path)
      var names = PropertyNames(device)
      if !names.own.contains(property) {
        names.ofModel = try await PropertyNames.ofModel(of: device, client, namespace: global.namespaceOrDefault)
        if !names.ofModel.contains(property) { throw names.unknown(property) }
      }
    }
    switch output {
    case .yaml: try Output.standard.write(answer.yaml)
    case .json: try Output.standard.write(answer.prettyText + "\n")
    case .table: try printTable(answer["items"]?.array ?? [])
    }
  }

  private func printTable(_ items: [JSONValue]) throws {
    guard !items.isEmpty else {
      let what = property.map { "of \($0) " } ?? ""
      return Output.error.note("No changes \(what)are known\(since == nil ? "" : " from that time").")
    }
    var table = TextTable(header: ["TIME", "PROPERTY", "REPORTED", "DESIRED", "QUALITY"])
    for item in items {
      let (reported, desired) = (item["reported"], item["desired"])
      let metadata = (reported ?? desired)?["metadata"]
      let time = metadata?["timestamp"]?.string.flatMap { Int64($0) }.map { WallTime(milliseconds: $0).dateAndClock } ?? "-"
      let quality = reported == nil ? "-" : metadata?["quality"]?.string ?? "good"
      let reason = metadata?["reason"]?.string.map { ": \($0)" } ?? ""
      table.rows.append([
        time, item["propertyName"]?.string ?? "", reported?["value"]?.string ?? "-",
        desired?["value"]?.string.map { $0.isEmpty ? "(none)" : $0 } ?? "-", quality + reason,
      ])
    }
    try Output.standard.write(table.lines(showsHeader: !noHeaders).map { $0 + "\n" }.joined())
  }
}
