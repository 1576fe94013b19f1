import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Storage
import Testing
import Web

/// What monitoring tools send, from the bytes to the alert.
@Suite struct APIIntakeTests {
    private static let json: HTTPFields = [.contentType: "application/json"]

    private static let webhook = """
        {"version":"4","status":"firing","receiver":"r","groupKey":"{}:{}","externalURL":"http://am.test","alerts":[\
        {"status":"firing","labels":{"alertname":"HighErrorRate","severity":"critical","service":"checkout"},\
        "annotations":{"summary":"Errors"},"startsAt":"2027-01-15T07:59:00Z","endsAt":"0001-01-01T00:00:00Z",\
        "generatorURL":"http://p.test/g","fingerprint":"b0fcddf1d15e68b0"}]}
        """

    @Test func `an Alertmanager webhook becomes an alert and declares its incident before the answer is given`()
        async throws
    {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        let answer = try await bench.send(.post, "/in/\(key)/alertmanager", Self.json, body: Self.webhook)
        #expect(answer.status == .accepted)
        #expect(answer.json?["opened"] == 1)
        let alerts = try await bench.ask(.get, "/alerts?open=true").json?["items"]?.array ?? []
        #expect(alerts.map { $0["dedupKey"] } == ["b0fcddf1d15e68b0"])
        #expect(alerts.first?["severity"] == ["label": "SEV1", "rank": 0])
        #expect(alerts.first?["serviceName"] == "Shop")
        let incidents = try await bench.ask(.get, "/incidents").json?["items"]?.array ?? []
        #expect(incidents.map { $0["key"] } == alerts.map { $0["incident"] })
        #expect(incidents.count == 1)
    }

    @Test func `the same webhook again opens nothing`() async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration()
        _ = try await bench.send(.post, "/in/\(key)/alertmanager", Self.json, body: Self.webhook)
        let answer = try await bench.send(.post, "/in/\(key)/alertmanager", Self.json, body: Self.webhook)
        #expect(answer.json?["opened"] == 0)
        #expect(answer.json?["repeated"] == 1)
    }

    /// Body, status, and what the answer says in its detail.
    @Test(arguments: [
        ("{", 400, "1:2"), ("[]", 202, ""), ("17", 400, "must be an object"), ("{\"severity\":\"x\"}", 400, "/title"),
        ("[{\"title\":\"sound\"},{\"severity\":\"x\"}]", 202, ""), ("", 400, ""), ("\u{feff}{}", 400, "1:1"),
    ])
    func `a generic body is taken as far as it is sound`(body: String, status: Int, detail: String) async throws {
        let bench = try await APIBench()
        let (id, key) = try await bench.integration("generic")
        let answer = try await bench.send(.post, "/in/\(key)/generic", Self.json, body: body)
        #expect(Int(answer.status.code) == status, "\(answer.text)")
        if !detail.isEmpty { #expect(answer.json?["detail"]?.string?.contains(detail) == true, "\(answer.text)") }
        let requests = try await bench.ask(.get, "/integrations/\(id)/requests").json?["items"]?.array ?? []
        #expect(requests.map { $0["body"] } == [.string(body)])
        #expect(requests.map { $0["status"] } == [.integer(Int64(status))])
        if status == 400 { #expect(requests.first?["fault"]?.string?.isEmpty == false) }
    }

    @Test func `a sound element is kept beside one that is not, and the answer says which`() async throws {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration("generic")
        let answer = try await bench.send(
            .post, "/in/\(key)/generic", Self.json, body: "[{\"title\":\"sound\"},{\"severity\":\"x\"}]")
        #expect(answer.json?["opened"] == 1)
        #expect(answer.json?["errors"]?.array?.first?["pointer"] == "/1/title")
    }

    @Test func `a body of another type is refused and kept for whoever set the tool up`() async throws {
        let bench = try await APIBench()
        let (id, key) = try await bench.integration("generic")
        let answer = try await bench.send(.post, "/in/\(key)/generic", [.contentType: "text/xml"], body: "<a/>")
        #expect(answer.status == .unsupportedMediaType)
        let requests = try await bench.ask(.get, "/integrations/\(id)/requests").json?["items"]?.array ?? []
        #expect(requests.map { $0["body"] } == ["<a/>"])
    }

    @Test func `requests are sampled, twenty at once and one a second after`() async throws {
        let bench = try await APIBench()
        let (id, key) = try await bench.integration("generic")
        for number in 0..<25 {
            bench.clock.advance(.milliseconds(1))
            _ = try await bench.send(.post, "/in/\(key)/generic", Self.json, body: "{\"title\":\"\(number)\"}")
        }
        bench.clock.advance(.seconds(1))
        _ = try await bench.send(.post, "/in/\(key)/generic", Self.json, body: "{\"title\":\"later\"}")
        let requests = try await bench.ask(.get, "/integrations/\(id)/requests").json?["items"]?.array ?? []
        #expect(requests.count == 20)
        #expect(requests.first?["body"] == "{\"title\":\"later\"}")
        #expect(requests.dropFirst().first?["body"] == "{\"title\":\"19\"}")
    }

    /// S57: an answer never repeats a key.
    @Test(arguments: ["nonsense", "00000000000000000000000000000000"])
    func `an unknown key is a 404 that does not repeat it`(key: String) async throws {
        let bench = try await APIBench()
        for dialect in ["generic", "alertmanager", "api/v2/alerts"] {
            let answer = try await bench.send(.post, "/in/\(key)/\(dialect)", Self.json, body: "[]")
            #expect(answer.status == .notFound)
            #expect(!answer.text.contains(key))
        }
    }

    /// Every dialect at every address. What is kept of the refusals names the right one; no answer repeats the key (S57).
    @Test func `a key opens the addresses of its integration's dialect and no others`() async throws {
        let bench = try await APIBench()
        let bodies = ["alertmanager": Self.webhook, "generic": "{\"title\":\"x\"}", "api/v2/alerts": "[]"]
        let opened = ["alertmanager": ["alertmanager", "api/v2/alerts"], "generic": ["generic"]]
        for (dialect, right) in opened.sorted(by: { $0.key < $1.key }) {
            let (id, key) = try await bench.integration(dialect)
            for (address, body) in bodies.sorted(by: { $0.key < $1.key }) {
                let answer = try await bench.send(.post, "/in/\(key)/\(address)", Self.json, body: body)
                let isRight = right.contains(address)
                #expect((answer.status == .forbidden) == !isRight, "\(dialect) at \(address): \(answer.text)")
                #expect((answer.status.kind == .successful) == isRight, "\(dialect) at \(address): \(answer.text)")
                guard !isRight else { continue }
                #expect(answer.text.contains("/in/KEY/\(dialect)") && !answer.text.contains(key))
                let all = try await bench.ask(.get, "/integrations/\(id)/requests").json?["items"]?.array ?? []
                let kept = try #require(all.first { $0["status"] == 403 })
                #expect(kept["fault"]?.string?.contains("/in/KEY/\(dialect)") == true)
            }
            let bearer: HTTPFields = [.authorization: "Bearer \(key)", .contentType: "application/json"]
            let posted = try await bench.send(.post, "/api/v2/alerts", bearer, body: "[]")
            #expect(posted.status == (dialect == "alertmanager" ? .ok : .forbidden))
        }
    }

    @Test func `a disabled integration takes nothing and says so`() async throws {
        let bench = try await APIBench()
        let (id, key) = try await bench.integration("generic")
        let change = try await bench.ask(
            .put, "/integrations/\(id)", ["name": "Off", "dialect": "generic", "disabled": true])
        #expect(change.status == .ok)
        let answer = try await bench.send(.post, "/in/\(key)/generic", Self.json, body: "{\"title\":\"x\"}")
        #expect(answer.status == .forbidden)
        #expect(answer.json?["type"] == "urn:tocsin:problem:integration-disabled")
    }

    @Test func `after a rotation both keys work, after a second one the oldest does not`() async throws {
        let bench = try await APIBench()
        let (id, first) = try await bench.integration("generic")
        let second = try #require(try await bench.ask(.post, "/integrations/\(id)/rotate").json?["key"]?.string)
        func status(_ key: String) async throws -> Int {
            Int(try await bench.send(.post, "/in/\(key)/generic", Self.json, body: "{\"title\":\"x\"}").status.code)
        }
        #expect(try await [status(first), status(second)] == [202, 202])
        let third = try #require(try await bench.ask(.post, "/integrations/\(id)/rotate").json?["key"]?.string)
        #expect(try await [status(first), status(second), status(third)] == [404, 202, 202])
    }

    /// R16: Alertmanager drops what is answered with a 429 and retries what is answered with a 503.
    @Test func `a full engine answers 503 with Retry-After on every intake address`() async throws {
        let bench = try await APIBench()
        let (_, generic) = try await bench.integration("generic")
        let (_, key) = try await bench.integration()
        try await bench.fillQueue()
        defer { bench.store.open() }
        for (path, headers) in [
            ("/in/\(generic)/generic", Self.json), ("/in/\(key)/alertmanager", Self.json),
            ("/in/\(key)/api/v2/alerts", Self.json),
            ("/api/v2/alerts", [.contentType: "application/json", .authorization: "Bearer \(key)"]),
        ] {
            let body =
                path.hasSuffix("generic")
                ? "{\"title\":\"x\"}"
                : path.hasSuffix("alertmanager") ? Self.webhook : "[{\"labels\":{\"alertname\":\"x\"}}]"
            let answer = try await bench.send(.post, path, headers, body: body)
            #expect(answer.status == .serviceUnavailable, "\(path): \(answer.text)")
            #expect(answer.headers[.retryAfter] == "1")
        }
        let ready = try await bench.send(.get, "/-/ready")
        #expect(ready.status == .serviceUnavailable)
    }

    @Test(arguments: [
        (StorageFault(.transient, "a lock"), 503), (StorageFault(.unknownCommit, "the connection was lost"), 503),
        (StorageFault(.full, "the disk is full: 13"), 507),
    ])
    func `a store that does not write is told as such, and nothing of why`(fault: StorageFault, status: Int)
        async throws
    {
        let bench = try await APIBench()
        let (_, key) = try await bench.integration("generic")
        let (_, other) = try await bench.integration()
        bench.store.fail(with: fault)
        for (path, body) in [
            ("\(key)/generic", "{\"title\":\"x\"}"), ("\(other)/alertmanager", Self.webhook),
            ("\(other)/api/v2/alerts", "[{\"labels\":{\"alertname\":\"x\"}}]"),
        ] {
            let answer = try await bench.send(.post, "/in/\(path)", Self.json, body: body)
            #expect(Int(answer.status.code) == status)
            #expect(answer.headers[.retryAfter] != nil)
            #expect(!answer.text.contains(fault.sentence))
        }
        #expect(try await bench.send(.get, "/readyz").status == .serviceUnavailable)
        bench.store.fail(with: nil)
        #expect(
            try await bench.send(.post, "/in/\(key)/generic", Self.json, body: "{\"title\":\"x\"}").status == .accepted)
        #expect(try await bench.send(.get, "/readyz").status == .ok)
    }
}
