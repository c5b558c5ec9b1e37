import DeviceAPI
import JSON
import MapperRuntime
import Testing

@Suite("A mapper's REST API")
struct RESTAPITests {
  private let directory: FakeDirectory
  private let health = MapperHealth()
  private let api: RESTAPI

  init() throws {
    directory = try FakeDirectory()
    api = RESTAPI(directory: directory, health: health, metrics: { "a 1\n" })
  }

  private func call(
    _ method: String, _ target: String, _ body: JSONValue? = nil, contentType: String? = "application/json"
  ) async throws -> (status: Int, json: JSONValue, answer: RESTAnswer) {
    let answer: RESTAnswer
    do throws(RESTError) {
      answer = await api.answer(
        try RESTRequest(method: method, target: target, contentType: body == nil ? nil : contentType, body: body?.serialized ?? []))
    } catch {
      answer = RESTAnswer(error, now: 0)
    }
    return (answer.status, (try? JSONValue(parsing: answer.body)) ?? .null, answer)
  }

  @Test("ping and a live read have mapper-framework's envelope")
  func read() async throws {
    let ping = try await call("GET", "/api/v1/ping")
    #expect(ping.json["apiVersion"] == "v1")
    #expect(ping.json["statusCode"] == 200)
    #expect(ping.json["timeStamp"]?.string?.hasSuffix("Z") == true)
    #expect(ping.json["Message"]?.string?.isEmpty == false)
    let read = try await call("GET", "/api/v1/device/default/pump/speed")
    #expect(read.status == 200)
    #expect(
      read.json["Data"] == [
        "DeviceName": "pump", "PropertyName": "speed", "Namespace": "default", "Value": "1200", "Type": "int",
        "TimeStamp": 1_795_411_180_123,
      ])
    #expect(try await call("GET", "/api/v1/device/default/pump/limit%201").json.at("Data", "Value") == "7")
    #expect(try await call("GET", "/api/v1/device").json["Data"] == [["Namespace": "default", "DeviceName": "pump"]])
  }

  @Test(
    "A property is written with PUT or POST, whatever JSON its value is",
    arguments: [
      (["value": "900"], "speed=900"), (["value": 900], "speed=900"), (["value": 1.50], "speed=1.5"), (["value": true], "speed=true"),
      (["value": [1, 2]], "speed=[1,2]"),
    ] as [(JSONValue, String)])
  func write(body: JSONValue, written: String) async throws {
    for method in ["PUT", "POST"] {
      let answer = try await call(method, "/api/v1/device/default/pump/speed", body)
      #expect(answer.status == 200)
      #expect(answer.json.at("Data", "Value")?.string == written.split(separator: "=").last.map(String.init))
    }
    #expect(directory.writes == [written, written])
  }

  @Test("A body that isn't one is refused with its place, and nothing is written")
  func bodies() async throws {
    let path = "/api/v1/device/default/pump/speed"
    let wrong: [(JSONValue, Int, String)] = [
      ([:], 422, "value"), (["value": .null], 422, "value"), (["valu": 1], 422, "valu"), (["value": 1, "x": 2], 422, "x"),
      ("900", 400, "object"),
    ]
    for (body, status, place) in wrong {
      let answer = try await call("PUT", path, body)
      #expect(answer.status == status)
      #expect(answer.json["Message"]?.string?.contains(place) == true, "\(answer.json.text)")
    }
    #expect(try await call("PUT", path, ["value": 1], contentType: "text/plain").status == 415)
    #expect(try await call("PUT", path).status == 415)
    #expect(directory.writes.isEmpty)
  }

  @Test(
    "A device's failure has the status that says what it is",
    arguments: [
      (DeviceRequestError.Code.unknownProperty, 404), (.unknownDevice, 404), (.readOnly, 409), (.invalidValue, 422), (.timeout, 504),
      (.notConnected, 503), (.failed, 502), (DeviceRequestError.Code("new"), 502),
    ])
  func failures(code: DeviceRequestError.Code, status: Int) async throws {
    directory.fail("speed", code)
    for method in ["GET", "PUT"] {
      let answer = try await call(method, "/api/v1/device/default/pump/speed", method == "PUT" ? ["value": 1] : nil)
      #expect(answer.status == status)
      #expect(answer.json["statusCode"]?.integer == Int64(status))
      #expect(answer.json["Reason"]?.string == code.description)
      #expect(answer.json["Message"] == "the reason")
    }
  }

  @Test("What isn't there is 404, what isn't taken 405 with what is, what isn't done 501")
  func unknown() async throws {
    #expect(try await call("GET", "/api/v1/device/default/pump/colour").status == 404)
    #expect(try await call("GET", "/api/v1/device/other/pump/speed").status == 404)
    #expect(try await call("PUT", "/api/v1/device/default/pump/pressure", ["value": 1]).status == 409)
    for path in ["/", "/api", "/api/v1", "/api/v2/ping", "/api/v1/device/default", "/api/v1/ping/x", "/livez/x", "/api/v1/meta/x/y/z"] {
      #expect(try await call("GET", path).status == 404, "\(path)")
    }
    let delete = try await call("DELETE", "/api/v1/device/default/pump/speed")
    #expect(delete.status == 405)
    #expect(delete.answer.allow == ["GET", "PUT", "POST"])
    #expect(try await call("POST", "/metrics").status == 405)
    #expect(try await call("GET", "/api/v1/database/default/pump").status == 501)
  }

  @Test("The methods and the model are told as mapper-framework tells them")
  func methodsAndModel() async throws {
    let methods = try await call("GET", "/api/v1/devicemethod/default/pump")
    let first = methods.json.at("Data", "Methods")?[0]
    #expect(first?["Name"] == "start")
    #expect(first?["Path"] == "/api/v1/devicemethod/default/pump/start/{propertyName}/{data}")
    #expect(
      first?["Parameters"] == [["PropertyName": "speed", "ValueType": "int"], ["PropertyName": "on", "ValueType": "boolean"]])
    #expect(try await call("GET", "/api/v1/devicemethod/default/none").status == 404)
    let model = try await call("GET", "/api/v1/meta/model/default/pump").json
    #expect(model["id"] == "default/pump-model")
    #expect(model["name"] == "pump-model")
    #expect(
      model["properties"]?[0] == [
        "name": "speed", "dataType": "int", "accessMode": "ReadWrite", "minimum": "0", "maximum": "3000", "unit": "rpm",
      ])
    #expect(model["properties"]?[1]?["description"] == "at the outlet")
  }

  @Test("A method writes its properties in its order")
  func method() async throws {
    let path = "/api/v1/devicemethod/default/pump/start"
    let answer = try await call("POST", path, ["values": ["on": true, "speed": 900]])
    #expect(answer.status == 200, "\(answer.json.text)")
    #expect(directory.writes == ["speed=900", "on=true"])
    let steps = answer.json.at("Data", "Steps")
    #expect(steps?[0]?["Outcome"] == "Written")
    #expect(steps?[0]?["ReadBack"] == "900")
    #expect(try await call("POST", path, ["value": "1"]).status == 200)
    #expect(try await call("POST", path + "/speed/1%2E5").status == 200)
    #expect(try await call("PUT", path + "/on/false").status == 200)
    #expect(directory.writes.suffix(4) == ["speed=1", "on=1", "speed=1.5", "on=false"])
  }

  @Test("A method that is one of the driver's commands is carried out by it, with its argument if it takes one")
  func commands() async throws {
    let path = "/api/v1/devicemethod/default/pump"
    let spun = try await call("POST", "\(path)/spin", ["value": 3])
    #expect(spun.status == 200)
    #expect(spun.json.at("Data", "Steps")?[0]?["Outcome"] == "Done")
    #expect(try await call("POST", "\(path)/spin/speed/5").status == 200)
    // A command needs no property that can be written.
    #expect(try await call("POST", "\(path)/halt").status == 200)
    #expect(try await call("POST", "\(path)/halt", ["value": 1]).status == 422, "it takes no argument")
    #expect(directory.writes == ["spin(speed, 3)", "spin(speed, 5)", "halt(on, )", "halt(pressure, )"])
    let mute = try await call("POST", "\(path)/spin", ["values": [:]])
    #expect(mute.status == 422)
    #expect(mute.json["Message"]?.string?.contains("needs a duration in seconds") == true)
  }

  @Test("A method that fails says at which step, what was written and what was not tried")
  func methodFails() async throws {
    directory.fail("on", .timeout, "no answer within 1000 ms")
    let answer = try await call("POST", "/api/v1/devicemethod/default/pump/start", ["value": "1"])
    #expect(answer.status == 504)
    #expect(
      answer.json["Message"]
        == "start of default/pump: step 2 of 2, on, failed: no answer within 1000 ms; 1 written before, 0 not tried")
    #expect(answer.json.at("Data", "Steps")?[1]?["Outcome"] == "Failed")
    #expect(directory.writes == ["speed=1"])
    directory.fail("speed", .failed, "refused")
    let early = try await call("POST", "/api/v1/devicemethod/default/pump/start", ["value": "1"])
    #expect(early.json.at("Data", "Steps")?[1]?["Outcome"] == "NotTried")
  }

  @Test("A call that can't be is refused before anything is written")
  func methodRefused() async throws {
    let start = "/api/v1/devicemethod/default/pump/start"
    #expect(try await call("POST", start, ["values": ["speed": 1]]).json["Message"]?.string?.contains("values.on") == true)
    #expect(try await call("POST", start, ["values": ["speed": 1, "on": 1, "x": 1]]).status == 422)
    #expect(try await call("POST", start, ["values": 7]).status == 422)
    #expect(try await call("POST", start, ["value": 1, "values": [:]]).status == 422)
    #expect(try await call("POST", start + "/pressure/1").status == 404)
    #expect(try await call("POST", "/api/v1/devicemethod/default/pump/stop", ["value": 1]).json["Reason"] == "unknownMethod")
    #expect(try await call("POST", "/api/v1/devicemethod/default/pump/broken", ["value": 1]).status == 409)
    for path in [start, start + "/speed/900"] {
      let got = try await call("GET", path)
      #expect(got.status == 405)
      #expect(got.answer.allow == ["POST", "PUT"])
      #expect(got.json["Message"]?.string?.contains("POST") == true)
    }
    #expect(directory.writes.isEmpty)
  }

  @Test("readyz is 200 when everything is there, and says what isn't")
  func ready() async throws {
    #expect(try await call("GET", "/livez").status == 200)
    let before = try await call("GET", "/readyz")
    #expect(before.status == 503)
    #expect(String(decoding: before.answer.body, as: UTF8.self) == "[-]broker failed\n[-]specs failed\nreadyz check failed\n")
    health.set(.broker, true)
    health.set(.specs, true)
    #expect(String(decoding: try await call("GET", "/readyz").answer.body, as: UTF8.self) == "ok")
    let verbose = try await call("HEAD", "/readyz?verbose")
    #expect(String(decoding: verbose.answer.body, as: UTF8.self) == "[+]broker ok\n[+]specs ok\nreadyz check passed\n")
    health.set(.broker, false)
    #expect(try await call("GET", "/readyz").status == 503)
  }

  @Test("metrics are Prometheus text; none are kept here when they go elsewhere")
  func metrics() async throws {
    let answer = try await call("GET", "/metrics").answer
    #expect(answer.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(answer.body == Array("a 1\n".utf8))
    let without = RESTAPI(directory: directory, health: health)
    #expect(await without.answer(try RESTRequest(method: "GET", target: "/metrics")).status == 501)
  }

  @Test("A path that can't be read is refused", arguments: [("/a%zz", 400), ("/a%+1", 400), ("/%ff", 400), ("/a%2", 400)])
  func paths(target: String, status: Int) {
    let error = #expect(throws: RESTError.self) { try RESTRequest(method: "GET", target: target) }
    #expect(error?.status == status)
  }

  @Test("A path is decoded level by level")
  func decoding() throws {
    let request = try RESTRequest(method: "GET", target: "/a%2Fb/c+d/%C3%A9/?x=1+2&y&z=%26")
    #expect(request.path == ["a/b", "c+d", "é"])
    #expect(request.query == ["x": "1 2", "y": "", "z": "&"])
    let error = #expect(throws: RESTError.self) { try RESTRequest(method: "GET", target: "/" + String(repeating: "x", count: 9_000)) }
    #expect(error?.status == 414)
  }

  @Test("Only this machine comes in, and no page of a browser")
  func door() {
    for (authority, origin, site) in [
      ("127.0.0.1:7777", nil, nil), ("localhost", "http://localhost:3000", "same-origin"), ("[::1]:7777", nil, "none"), (nil, nil, nil),
    ] as [(String?, String?, String?)] {
      #expect(throws: Never.self) { try RESTDoor.check(authority: authority, origin: origin, site: site) }
    }
    for (authority, origin, site) in [
      ("evil.com", nil, nil), ("127.0.0.1.evil.com:7777", nil, nil), ("127.0.0.1", "http://evil.com", nil), ("127.0.0.1", "null", nil),
      ("127.0.0.1", nil, "cross-site"), ("127.0.0.1", nil, "same-site"), ("", nil, nil), ("127.0.0.999", nil, nil),
    ] as [(String?, String?, String?)] {
      #expect(throws: RESTError.self) { try RESTDoor.check(authority: authority, origin: origin, site: site) }
    }
  }
}
