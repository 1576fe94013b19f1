import Chronology
import HTTPTypes
import Identity
import Notation
import Testing
import Web

/// The Alertmanager API: what Prometheus and amtool send, and what they expect back.
@Suite struct APIAlertmanagerTests {
    private static let alert =
        "[{\"labels\":{\"alertname\":\"Api\",\"team\":\"db\"},\"generatorURL\":\"http://p.test/g\"}]"

    private static func headers(_ key: String) -> HTTPFields {
        [.contentType: "application/json", .authorization: "Bearer \(key)"]
    }

    @Test func `Prometheus sends by bearer and by path prefix, and both list what was sent`() async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        for (prefix, headers) in [("", Self.headers(key)), ("/in/\(key)", [.contentType: "application/json"])] {
            let posted = try await bench.send(.post, prefix + "/api/v2/alerts", headers, body: Self.alert)
            #expect(posted.status == .ok)
            #expect(posted.text == "")
            let listed = try await bench.send(.get, prefix + "/api/v2/alerts", headers)
            #expect(listed.headers[.contentType] == "application/json")
            let alerts = listed.json?.array ?? []
            #expect(alerts.map { $0["labels"] } == [["alertname": "Api", "team": "db"]])
            #expect(alerts.first?["status"]?["state"] == "active")
            #expect(alerts.first?["endsAt"] == "2027-01-15T08:05:00.000Z")
            #expect(alerts.first?["receivers"] == [["name": "nobody"]])
            #expect(
                try await bench.send(.get, prefix + "/api/v2/status", headers).json?["cluster"]?["status"] == "disabled"
            )
            #expect(
                try await bench.send(.get, prefix + "/api/v2/receivers", headers).json == [
                    ["name": "Main"], ["name": "nobody"],
                ])
            #expect(try await bench.send(.get, prefix + "/-/healthy").text == "OK")
            #expect(try await bench.send(.get, prefix + "/-/ready").text == "OK")
        }
    }

    @Test(arguments: [
        ("filter=team%3D%22db%22", 1), ("filter=team%3D%22web%22", 0), ("filter=team%3D~%22d.*%22", 1),
        ("filter=x%3D%22%22", 1),
        ("filter=team%3Ddb&filter=alertname!%3DApi", 0), ("active=true&silenced=false", 1), ("active=false", 0),
        ("active=maybe", 0),
        ("receiver=nobody", 1), ("receiver=Main", 0),
    ])
    func `alerts are filtered as Alertmanager does`(query: String, count: Int) async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        _ = try await bench.send(.post, "/api/v2/alerts", Self.headers(key), body: Self.alert)
        let listed = try await bench.send(.get, "/api/v2/alerts?" + query, Self.headers(key))
        #expect(listed.json?.array?.count == count, "\(listed.text)")
    }

    @Test(arguments: ["filter=%7B", "filter=a%3D~(", "receiver=("])
    func `a filter that cannot be read is a 400 with a sentence as a JSON string`(query: String) async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        let answer = try await bench.send(.get, "/api/v2/alerts?" + query, Self.headers(key))
        #expect(answer.status == .badRequest)
        #expect(answer.json?.string?.isEmpty == false)
        #expect(answer.text.hasSuffix("\"\n"))
    }

    /// Body, type, status, and the answer as Alertmanager 0.25 gave it.
    static let refusals: [(String, String, Int, String)] = [
        (
            "[{", "application/json", 400,
            "{\"code\":400,\"message\":\"parsing alerts body from \\\"\\\" failed, because unexpected EOF\"}"
        ),
        (
            "[]", "text/plain", 415,
            "{\"code\":415,\"message\":\"unsupported media type \\\"text/plain\\\", "
                + "only [application/json] are allowed\"}"
        ),
        ("[{\"labels\":{}}]", "application/json", 400, "\"at least one label pair required\"\n"),
        ("[{}]", "application/json", 422, "{\"code\":602,\"message\":\"0.labels in body is required\"}"),
        ("[]", "application/json", 200, ""), ("null", "application/json", 200, ""),
    ]

    @Test(arguments: refusals)
    func `answers are Alertmanager's to the byte`(body: String, type: String, status: Int, text: String) async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        let headers: HTTPFields = [.contentType: type, .authorization: "Bearer \(key)"]
        let answer = try await bench.send(.post, "/api/v2/alerts", headers, body: body)
        #expect(Int(answer.status.code) == status)
        #expect(answer.text == text)
    }

    /// Whatever refuses, the front door too, is told so that amtool can show it.
    @Test func `every refusal is a sentence as a JSON string`() async throws {
        var limits = HTTPLimits()
        limits.intakeBody = 100
        let bench = try await APIBench(limits: limits)
        let (id, key) = try await bench.integration()
        let json = "application/json"
        let cases: [(HTTPRequest.Method, String, HTTPFields, Int, String?)] = [
            (.get, "/api/v2/status", [:], 401, "It goes into the Authorization header: Bearer and the key."),
            (.get, "/api/v2/receivers", [.authorization: "Bearer tcs_x"], 401, nil),
            (
                .get, "/api/v2/alerts", [.authorization: try await bench.bearer(.intake)], 403,
                "Your role does not allow this."
            ),
            (.get, "/in/nobody/api/v2/alerts", [:], 404, "Look at the integration's address again."),
            (.post, "/in/\(key)/api/v2/alerts", [.contentType: json, .contentEncoding: "gzip"], 415, nil),
            (.post, "/in/\(key)/api/v2/alerts", [.contentType: json], 413, nil),
        ]
        for (method, path, headers, status, sentence) in cases {
            let body = method == .get ? nil : status == 413 ? String(repeating: " ", count: 200) : "[]"
            let answer = try await bench.send(method, path, headers, body: body)
            #expect(Int(answer.status.code) == status, "\(path): \(answer.text)")
            #expect(answer.headers[.contentType] == json, "\(path)")
            let told = try #require(answer.json?.string, "\(path): \(answer.text)")
            if let sentence { #expect(told == sentence) }
            #expect((answer.headers[.wwwAuthenticate] != nil) == (status == 401))
        }
        _ = try await bench.ask(
            .put, "/integrations/\(id)", ["name": "Off", "dialect": "alertmanager", "disabled": true])
        let disabled = try await bench.send(.get, "/in/\(key)/api/v2/status")
        #expect(disabled.status == .forbidden)
        #expect(disabled.json == "\"Off\" takes nothing until somebody enables it.")
    }

    /// No route is known yet, and OpenAPI has no operation for it.
    @Test func `a method that Alertmanager does not take is told as everywhere`() async throws {
        let bench = try await APIBench()
        let answer = try await bench.send(.put, "/api/v2/alerts")
        #expect(answer.status == .methodNotAllowed)
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.headers[.allow] == "GET, HEAD, POST")
    }

    @Test func `one bad alert in a batch is a 400, and the sound ones are kept`() async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        let answer = try await bench.send(
            .post, "/api/v2/alerts", Self.headers(key), body: "[{\"labels\":{\"alertname\":\"Good\"}},{\"labels\":{}}]")
        #expect(answer.status == .badRequest)
        #expect(try await bench.ask(.get, "/alerts").json?["items"]?.array?.map { $0["title"] } == ["Good"])
    }

    @Test func `nobody sends or looks without a key`() async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        let intake = try await bench.bearer(.intake)
        let viewer = try await bench.bearer(.viewer)
        let cases: [(HTTPRequest.Method, String?, Int)] = [
            (.post, nil, 401), (.get, nil, 401), (.post, "Bearer 00000000000000000000000000000000", 401),
            (.post, "Basic eDp5", 401),
            (.post, intake, 200), (.get, intake, 403), (.post, viewer, 403), (.get, viewer, 200),
            (.get, "Bearer \(key)", 200),
        ]
        for (method, authorization, status) in cases {
            var headers: HTTPFields = [.contentType: "application/json"]
            headers[.authorization] = authorization
            let answer = try await bench.send(
                method, "/api/v2/alerts", headers, body: method == .post ? Self.alert : nil)
            #expect(Int(answer.status.code) == status, "\(method) \(authorization ?? "nothing"): \(answer.text)")
        }
    }

    @Test func `a token without an integration of its own is told to name one`() async throws {
        let bench = try await APIBench()
        let headers: HTTPFields = [.contentType: "application/json", .authorization: try await bench.bearer(.intake)]
        #expect(try await bench.send(.post, "/api/v2/alerts", headers, body: Self.alert).status == .forbidden)
        _ = try await bench.integration()
        #expect(try await bench.send(.post, "/api/v2/alerts", headers, body: Self.alert).status == .ok)
        _ = try await bench.integration()
        #expect(try await bench.send(.post, "/api/v2/alerts", headers, body: Self.alert).status == .forbidden)
    }

    @Test func `an integration sees its own alerts and no others`() async throws {
        let bench = try await APIBench()
        let (_, one) = try await bench.integration()
        let (_, other) = try await bench.integration()
        _ = try await bench.send(
            .post, "/in/\(one)/api/v2/alerts", [.contentType: "application/json"], body: Self.alert)
        #expect(try await bench.send(.get, "/in/\(one)/api/v2/alerts").json?.array?.count == 1)
        #expect(try await bench.send(.get, "/in/\(other)/api/v2/alerts").json?.array?.count == 0)
    }
}
