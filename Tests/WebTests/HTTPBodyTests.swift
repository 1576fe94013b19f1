import Chronology
import HTTPTypes
import HummingbirdTesting
import Identity
import Notation
import Testing
import Web

@Suite struct HTTPBodyTests {
    // MARK: Type and size

    @Test(
        arguments: [
            ("application/json", nil, 201), ("application/json; charset=utf-8", nil, 201),
            ("APPLICATION/JSON;charset=\"UTF-8\"", nil, 201),
            ("application/vnd.x+json", nil, 201), ("application/json; charset=latin1", nil, 415),
            ("text/plain", nil, 415), ("", nil, 415),
            (nil, nil, 415), ("application/x-www-form-urlencoded", nil, 415), ("application/json", "gzip", 415),
            ("application/json", "identity", 201), ("application/json", "br, identity", 415),
        ] as [(String?, String?, Int)])
    func `a body of another type, or a compressed one, is refused with 415`(type: String?, coding: String?, status: Int)
        async throws
    {
        let bench = try await HTTPBench()
        var headers: HTTPFields = [.authorization: try await bench.bearer(.manager)]
        headers[.contentType] = type
        headers[.contentEncoding] = coding
        #expect(try await bench.send(.post, "/things", headers, body: #"{"title":"t"}"#).status.code == status)
    }

    @Test func `a body beyond its bound is refused with 413: 512 KiB for the API, 1 MiB for signals`() async throws {
        let bench = try await HTTPBench()
        func send(_ path: String, _ count: Int, _ role: Role?) async throws -> Int {
            var headers: HTTPFields = [.contentType: "application/json"]
            if let role { headers[.authorization] = try await bench.bearer(role) }
            return try await bench.send(.post, path, headers, body: String(repeating: " ", count: count)).status.code
        }
        #expect(try await send("/things", 524_289, .manager) == 413)
        #expect(try await send("/things", 524_288, .manager) == 400)
        #expect(try await send("/signals", 1_048_576, .intake) == 200)
        #expect(try await send("/signals", 1_048_577, .intake) == 413)
        #expect(try await send("/in/k/generic", 1_048_577, nil) == 413)
        #expect(try await send("/things/x/act", 1_024, .responder) == 200)
        #expect(try await send("/things/x/act", 1_025, .responder) == 413)
    }

    @Test(arguments: [
        "", "{", "[]", "null", "{\"title\":\"a\",\"title\":\"b\"}", "{\"title\":\"\u{FFFD}\"",
        String(repeating: "[", count: 10_000), "{\"title\":\"a\"}x",
    ])
    func `a body that is not the JSON that is wanted is 400 and says where`(body: String) async throws {
        let bench = try await HTTPBench()
        let headers: HTTPFields = [.authorization: try await bench.bearer(.manager), .contentType: "application/json"]
        let response = try await bench.send(.post, "/things", headers, body: body)
        #expect(response.status == .badRequest && response.json?["errors"]?.array?.count == 1)
    }

    // MARK: Forms

    @Test func `a form is decoded, and what is malformed is refused rather than guessed at`() throws {
        #expect(
            try Fields(parsing: "a=1&b=two+words&c=%C3%A9%26&d&e=&a=2&=x&&").fields
                == [
                    .init("a", "1"), .init("b", "two words"), .init("c", "é&"), .init("d", ""), .init("e", ""),
                    .init("a", "2"), .init("", "x"),
                ])
        for bad in [
            "a=%", "a=%4", "a=%zz", "a=%ff", "a=%00", "%ff=a", "a=%ED%A0%80", String(repeating: "n", count: 101) + "=x",
        ] {
            #expect(throws: InputFault.self, "\(bad)") { try Fields(parsing: bad) }
        }
        #expect(try Fields(parsing: "").fields.isEmpty)
    }

    @Test func `a form has at most a thousand fields`() throws {
        #expect(try Fields(parsing: Array(repeating: "a=b", count: 1_000).joined(separator: "&")).fields.count == 1_000)
        #expect(throws: InputFault.self) {
            try Fields(parsing: Array(repeating: "a=b", count: 1_001).joined(separator: "&"))
        }
    }

    @Test func `a field that is given twice is a fault for whoever wants one (S76)`() throws {
        let fields = try Fields(parsing: "role=viewer&role=admin&n=12&bad=x")
        #expect(throws: InputFault(at: "/role", "the field is given more than once")) { try fields.one("role") }
        #expect(fields.all("role") == ["viewer", "admin"])
        #expect(try fields.integer("n", 1...20) == 12)
        #expect(throws: InputFault.self) { try fields.integer("n", 1...11) }
        #expect(throws: InputFault.self) { try fields.integer("bad", 1...11) }
        #expect(try fields.integer("absent", 1...11) == nil)
    }

    @Test func `what is encoded is decoded to the same, and random bytes never trap`() {
        let seed: UInt64 = 20_260_702
        var random = BenchRandom(state: seed)
        let alphabet = Array("ab=&%+;0fF\u{e9}\u{0}Z ".utf8)
        var read = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            guard let fields = try? Fields(parsing: String(decoding: bytes, as: UTF8.self)) else { continue }
            read += 1
            #expect(
                fields.fields.count <= bytes.count && fields.fields.allSatisfy { !$0.value.utf8.contains(0) },
                "seed \(seed)")
        }
        #expect(read > 100, "seed \(seed)")
    }

    // MARK: Reading members

    private enum Kind: String, CaseIterable { case real, drill }
    private struct Input: Hashable {
        var title = "", service: String?, kind = Kind.real, count: Int64 = 0, isOn = false, names: [String] = [],
            rungs: [Int64] = [], labels: [String] = []
    }

    private func read(_ text: String) throws -> Input {
        try BodyReader.read(try JSON(parsing: text, limits: .api)) { body in
            Input(
                title: body.text("title", 1...10), service: body.optionalText("service"),
                kind: body.optionalChoice("kind") ?? .real,
                count: body.integer("count", 1...5), isOn: body.optionalFlag("on") ?? false,
                names: body.texts("names", 0...2, 1...5),
                rungs: body.list("rungs", 0...2) { $0.integer("after", 0...60) },
                labels: body.dictionary("labels", 0...2).map { $0.name + "=" + $0.value })
        }
    }

    @Test func `members are read with their types`() throws {
        let input = try read(
            #"{"title":"t\nu","service":null,"kind":"drill","count":5,"on":true,"names":["a","b"],"rungs":[{"after":1},{"after":60}],"labels":{"x":"1","y":""}}"#
        )
        #expect(
            input
                == Input(
                    title: "t\nu", kind: .drill, count: 5, isOn: true, names: ["a", "b"], rungs: [1, 60],
                    labels: ["x=1", "y="]))
    }

    @Test func `everything that is wrong is reported at once, with its place, unknown members too (S5, S47)`() throws {
        let faults = #expect(throws: InputFaults.self) {
            try read(
                #"{"title":"12345678901","service":7,"kind":"test","count":6,"on":"yes","names":["","b"],"rungs":[{"after":"1"},{"after":1,"x":0}],"labels":{"a/b~":3},"role":"admin"}"#
            )
        }
        #expect(
            faults?.faults.map { "\($0.place) \($0.reason)" } == [
                "/title must have 1 to 10 bytes, and has 11", "/service must be a text",
                #"/kind must be one of "real", "drill""#,
                "/count must be a whole number from 1 to 5", "/on must be true or false",
                "/names/0 must have 1 to 5 bytes, and has 0",
                "/rungs/0/after must be a whole number from 0 to 60", "/rungs/1/x is not known here",
                "/labels/a~1b~0 must be a text",
                "/role is not known here",
            ])
    }

    @Test(arguments: [("2.0", 2), ("2e0", 2), ("2.5", nil), ("1e300", nil), ("-0.0", nil)] as [(String, Int64?)])
    func `a number without a fraction is whole however it is written`(text: String, count: Int64?) throws {
        guard let count else {
            #expect(throws: InputFaults.self) { try read("{\"title\":\"t\",\"count\":\(text)}") }
            return
        }
        #expect(try read("{\"title\":\"t\",\"count\":\(text)}").count == count)
    }

    /// Only a member that is not there stands for something else.
    @Test func `null is not the same as left out where a text has a stand-in`() throws {
        func word(_ text: String) throws -> String {
            try BodyReader.read(try JSON(parsing: text, limits: .api)) { $0.text("op", 1...2, unlessGiven: "=") }
        }
        #expect(try word("{}") == "=")
        #expect(try word("{\"op\":\"!=\"}") == "!=")
        #expect(throws: InputFaults([InputFault(at: "/op", "must be a text")])) { try word("{\"op\":null}") }
    }

    @Test func `what is missing is named`() throws {
        let faults = #expect(throws: InputFaults.self) { try read("{}") }
        #expect(faults?.faults == [InputFault(at: "/title", "is missing"), InputFault(at: "/count", "is missing")])
        #expect(throws: InputFaults([InputFault(at: "", "must be an object")])) { try read("[]") }
    }

    @Test(arguments: ["\\u0000", "\\u001b[31m", "\\u202e", "\\u0085", "\\u2066"])
    func `a text that would show as something else is refused (F20)`(character: String) {
        #expect(throws: InputFaults.self) { try read(#"{"title":"a\#(character)","count":1}"#) }
    }

    @Test func `a thousand faults are fifty`() throws {
        let many = (0..<150).map { "\"m\($0)\":1" }.joined(separator: ",")
        let faults = #expect(throws: InputFaults.self) { try read("{\(many)}") }
        #expect(faults?.faults.count == BodyReader.mostFaults)
    }

    // MARK: Repeating and rates

    @Test func `a repeated Idempotency-Key gets the first answer and does nothing (R2)`() async throws {
        let bench = try await HTTPBench()
        let headers: HTTPFields = [
            .authorization: try await bench.bearer(.manager), .contentType: "application/json",
            .named("Idempotency-Key"): "k-1",
        ]
        let first = try await bench.send(.post, "/things", headers, body: #"{"title":"t"}"#)
        let second = try await bench.send(.post, "/things", headers, body: #"{"title":"t"}"#)
        let other = try await bench.send(.post, "/things", headers, body: #"{"title":"u"}"#)
        #expect([first.status.code, second.status.code, other.status.code] == [201, 201, 422])
        #expect(first.text == second.text && second.headers[.named("Idempotency-Replayed")] == "true")
        #expect(bench.calls.all == ["made"])
        // Another caller's key of the same name is another key.
        var others = headers
        others[.authorization] = try await bench.bearer(.admin)
        #expect(try await bench.send(.post, "/things", others, body: #"{"title":"u"}"#).status == .created)
    }

    @Test func `a request that failed may be tried again with its key`() async throws {
        let bench = try await HTTPBench()
        let headers: HTTPFields = [
            .authorization: try await bench.bearer(.responder), .contentType: "application/json",
            .named("Idempotency-Key"): "k",
        ]
        #expect(try await bench.send(.post, "/flaky", headers, body: "{}").status == .serviceUnavailable)
        #expect(try await bench.send(.post, "/flaky", headers, body: "{}").status == .ok)
        #expect(try await bench.send(.post, "/flaky", headers, body: "{}").status == .ok)
        #expect(bench.calls.all == ["flaky", "flaky"])
    }

    @Test func `a secret is not kept for a repeated request`() async throws {
        let bench = try await HTTPBench()
        let headers: HTTPFields = [
            .authorization: try await bench.bearer(.admin), .contentType: "application/json",
            .named("Idempotency-Key"): "k",
        ]
        #expect(try await bench.send(.post, "/secrets", headers, body: "{}").text.contains("shown-once"))
        let second = try await bench.send(.post, "/secrets", headers, body: "{}")
        #expect(second.status == .conflict && second.json?["type"] == "urn:tocsin:problem:already-done")
    }

    @Test(arguments: ["", " ", "a b", "é", String(repeating: "k", count: 256)])
    func `a key that cannot be one is refused`(key: String) async throws {
        let bench = try await HTTPBench()
        let headers: HTTPFields = [
            .authorization: try await bench.bearer(.manager), .contentType: "application/json",
            .named("Idempotency-Key"): key,
        ]
        #expect(try await bench.send(.post, "/things", headers, body: #"{"title":"t"}"#).status == .badRequest)
    }

    @Test func `a client that asks too fast is told when to come back, and a signal never is`() async throws {
        var limits = HTTPLimits()
        limits.rate = 2
        limits.burst = 3
        let bench = try await HTTPBench(limits: limits)
        let reader: HTTPFields = [.authorization: try await bench.bearer(.viewer)]
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await bench.send(.get, "/things", reader).status.code) }
        #expect(statuses == [200, 200, 200, 429])
        #expect(try await bench.send(.get, "/things", reader).headers[.retryAfter] == "1")
        // Another client has its own rate.
        #expect(try await bench.send(.get, "/things", [.authorization: try await bench.bearer(.viewer)]).status == .ok)
        bench.clock.advance(.seconds(1))
        statuses = []
        for _ in 0..<3 { statuses.append(try await bench.send(.get, "/things", reader).status.code) }
        #expect(statuses == [200, 200, 429])
        let sender: HTTPFields = [.authorization: try await bench.bearer(.intake), .contentType: "application/json"]
        for _ in 0..<10 { #expect(try await bench.send(.post, "/signals", sender, body: "{}").status == .ok) }
        for _ in 0..<10 {
            #expect(
                try await bench.send(.post, "/in/k/generic?strange=%", [.contentType: "application/json"], body: "{}")
                    .status == .ok)
        }
    }
}
