import Chronology
import Delivery
import NIOSSL
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass.
@Suite(.serialized) struct WebhookChannelTests {
    private static let key = Secret("whsec_plJ3nmyCDGBKInavdOK15jsl")
    private static let now = Instant(seconds: 1_731_705_121)

    private static func message(_ address: String, secrets: [Secret] = [key]) -> OutgoingMessage {
        OutgoingMessage(
            id: "dlv_01", destination: address, thread: "pag_01", subject: "Disk full", text: "db-1 is full",
            payload: ["page": "pag_01", "rung": 2], type: "page.opened",
            created: Instant(microseconds: 1_731_705_100_250_000),
            secrets: secrets)
    }

    private static func settings(_ port: Int) throws -> EgressSettings {
        EgressSettings(
            allowedNetworks: [try CIDR("127.0.0.0/8")], allowedPorts: [port], trustRoots: LabAuthority.shared.root)
    }

    private static func channel(_ port: Int, _ names: [String: [[String]]] = [:]) throws -> WebhookChannel {
        var limits = EgressLimits()
        limits.read = .milliseconds(1_500)
        limits.total = .seconds(20)
        limits.unwantedBody = .milliseconds(100)
        let egress = EgressGuard(settings: try settings(port), resolver: StubResolver(names))
        return WebhookChannel(try EgressClient(egress, limits: limits))
    }

    private static func result(of behaviour: WebServerDouble.Behaviour) async throws -> AttemptResult {
        let server = try await WebServerDouble(behaviour)
        let result = try await channel(server.port).attempt(message("http://127.0.0.1:\(server.port)/in"), now: now)
        try await server.stop()
        return result
    }

    @Test func `a message is posted as a signed document`() async throws {
        let server = try await WebServerDouble(.answer("HTTP/1.1 204 No Content\r\n\r\n"))
        let address = "http://127.0.0.1:\(server.port)/in?x=1"
        let second = WebhookKey.makeSecret()
        let result = try await Self.channel(server.port).attempt(
            Self.message(address, secrets: [Self.key, second]), now: Self.now)
        #expect(result == .accepted(detail: "HTTP 204", receipt: nil))
        let body = #"{"type":"page.opened","timestamp":"2024-11-15T21:11:40.250Z","data":{"page":"pag_01","rung":2}}"#
        let signatures = try [Self.key, second].map {
            try WebhookKey($0).signature(id: "dlv_01", timestamp: 1_731_705_121, body: Array(body.utf8))
        }
        #expect(
            server.requests == [
                WebServerDouble.Request(
                    line: "POST /in?x=1 HTTP/1.1",
                    headers: [
                        "host": "127.0.0.1:\(server.port)", "content-type": "application/json",
                        "user-agent": "Tocsin", "content-length": "\(body.utf8.count)", "webhook-id": "dlv_01",
                        "webhook-timestamp": "1731705121", "webhook-signature": signatures.joined(separator: " "),
                    ],
                    body: body)
            ])
        try await server.stop()
    }

    @Test func `the published vector has the published signature (S81)`() throws {
        let body = #"{"event_type":"ping","data":{"success":true}}"#
        let signature = try WebhookKey(Self.key)
            .signature(id: "msg_loFOjxBNrRLzqYUf", timestamp: 1_731_705_121, body: Array(body.utf8))
        #expect(signature == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=")
    }

    @Test(arguments: [
        "", "whsec_", "plJ3nmyCDGBKInavdOK15jsl", "whsec_plJ3nmyCDGBKInavdOK15js", "whsec_plJ3nmyCDGBKInavdOK15js=",
        "whsec_AAAAAAAAAAAAAAAAAAAAAAA=", "whsec_plJ3nmyCDGBKInavdOK15 sl", "whsec_!!!!",
    ])
    func `a key that is not one is refused without being repeated`(text: String) throws {
        #expect(throws: InputFault(at: "secret", "a signing key is \"whsec_\" and 18 to 64 bytes in base 64")) {
            try WebhookKey(Secret(text))
        }
    }

    @Test func `a new key is usable and never the same`() throws {
        let keys = (0..<100).map { _ in WebhookKey.makeSecret() }
        #expect(Set(keys).count == 100)
        for key in keys { _ = try WebhookKey(key) }
    }

    @Test(arguments: [
        (200, "", AttemptResult.accepted(detail: "HTTP 200", receipt: nil)),
        (299, "", .accepted(detail: "HTTP 299", receipt: nil)),
        (301, "Location: http://127.0.0.1/", .permanent(reason: "HTTP 301: redirects are not followed")),
        (307, "Location: /other", .permanent(reason: "HTTP 307: redirects are not followed")),
        (304, "", .permanent(reason: "HTTP 304: redirects are not followed")),
        (400, "", .permanent(reason: "HTTP 400: the receiver refused the message")),
        (401, "", .permanent(reason: "HTTP 401: the receiver refused the message")),
        (404, "", .permanent(reason: "HTTP 404: the receiver refused the message")),
        (410, "", .permanent(reason: "HTTP 410: the receiver says that this address is gone for good")),
        (408, "", .transient(reason: "HTTP 408", retryAfter: nil)),
        (425, "", .transient(reason: "HTTP 425", retryAfter: nil)),
        (429, "Retry-After: 120", .transient(reason: "HTTP 429", retryAfter: .seconds(120))),
        (429, "Retry-After: 0", .transient(reason: "HTTP 429", retryAfter: .zero)),
        (429, "Retry-After: 999999999999999999999999", .transient(reason: "HTTP 429", retryAfter: .hours(1))),
        (429, "Retry-After: -5", .transient(reason: "HTTP 429", retryAfter: nil)),
        (429, "Retry-After: soon", .transient(reason: "HTTP 429", retryAfter: nil)),
        (503, "Retry-After: Fri, 15 Nov 2024 21:13:01 GMT", .transient(reason: "HTTP 503", retryAfter: .seconds(60))),
        (503, "Retry-After: Friday, 15-Nov-24 21:13:01 GMT", .transient(reason: "HTTP 503", retryAfter: .seconds(60))),
        (503, "Retry-After: Fri Nov 15 21:13:01 2024", .transient(reason: "HTTP 503", retryAfter: .seconds(60))),
        (503, "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", .transient(reason: "HTTP 503", retryAfter: .zero)),
        (503, "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", .transient(reason: "HTTP 503", retryAfter: .hours(1))),
        (503, "Retry-After: Fri, 31 Nov 2024 21:13:01 GMT", .transient(reason: "HTTP 503", retryAfter: nil)),
        (500, "", .transient(reason: "HTTP 500", retryAfter: nil)),
    ])
    func `a status says how the attempt ended (F14)`(status: Int, header: String, expected: AttemptResult) async throws
    {
        let line = header.isEmpty ? "" : header + "\r\n"
        #expect(
            try await Self.result(of: .answer("HTTP/1.1 \(status) X\r\n\(line)Content-Length: 0\r\n\r\n")) == expected)
    }

    @Test func `a redirection is not followed`() async throws {
        let target = try await WebServerDouble(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        let server = try await WebServerDouble(
            .answer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:\(target.port)/\r\nContent-Length: 0\r\n\r\n"))
        let result = try await Self.channel(server.port).attempt(
            Self.message("http://127.0.0.1:\(server.port)/"), now: Self.now)
        #expect(result == .permanent(reason: "HTTP 302: redirects are not followed"))
        #expect(target.connections == 0)
        try await server.stop()
        try await target.stop()
    }

    @Test(arguments: [
        ("hang", WebServerDouble.Behaviour.hang, AttemptResult.unknown(reason: "127.0.0.1: no answer in time")),
        ("close", .closeAfterRequest, .unknown(reason: "127.0.0.1: the connection was closed without an answer")),
        ("reset", .resetAfterRequest, .unknown(reason: "127.0.0.1: the connection broke off")),
        (
            "huge", .flood("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n", bytes: 50_000_000),
            .accepted(detail: "HTTP 200", receipt: nil)
        ),
        (
            "slow", .drip("HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n"),
            .accepted(detail: "HTTP 200", receipt: nil)
        ),
        ("slow 500", .drip("HTTP/1.1 500 X\r\n\r\n"), .transient(reason: "HTTP 500", retryAfter: nil)),
    ])
    func `a server that misbehaves after the request costs no more than the limits (F14)`(
        name: String, behaviour: WebServerDouble.Behaviour, expected: AttemptResult
    ) async throws {
        let start = ContinuousClock.now
        #expect(try await Self.result(of: behaviour) == expected, "\(name)")
        // Far above the limits and far below what the server would have held out for.
        #expect(ContinuousClock.now - start < .seconds(15))
    }

    @Test func `what is not HTTP after the request may have been an acceptance`() async throws {
        for text in ["220 mail ready\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "HTTP/9.9 whatever\r\n\r\n"] {
            guard case .unknown = try await Self.result(of: .answer(text)) else {
                Issue.record("\(text.debugDescription) was taken for an answer")
                continue
            }
        }
    }

    @Test func `a head without end is not read for ever`() async throws {
        let head = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 1_000_000) + "\r\n\r\n"
        guard case .unknown = try await Self.result(of: .answer(head)) else {
            Issue.record("a head of a megabyte was read")
            return
        }
    }

    @Test func `a refused connection is worth another attempt`() async throws {
        let server = try await WebServerDouble(.hang)
        try await server.stop()
        let result = try await Self.channel(server.port).attempt(
            Self.message("http://127.0.0.1:\(server.port)/"), now: Self.now)
        #expect(result == .transient(reason: "127.0.0.1: the connection was refused", retryAfter: nil))
    }

    @Test func `an address where nobody listens is followed by the next one of the name`() async throws {
        let server = try await WebServerDouble(.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
        let names = ["two.example": [["127.0.0.2", "127.0.0.1"]]]
        let message = Self.message("http://two.example:\(server.port)/")
        #expect(
            try await Self.channel(server.port, names).attempt(message, now: Self.now)
                == .accepted(detail: "HTTP 200", receipt: nil))
        try await server.stop()
    }

    @Test func `a name that cannot be resolved is worth another attempt`() async throws {
        let result = try await Self.channel(80).attempt(Self.message("http://gone.example/"), now: Self.now)
        #expect(result == .transient(reason: "gone.example could not be resolved: no such name", retryAfter: nil))
    }

    @Test(arguments: [
        (
            "hooks.lab.example", LabAuthority.Certificate.good, true,
            AttemptResult.accepted(detail: "HTTP 200", receipt: nil)
        ),
        ("127.0.0.1", .good, true, .accepted(detail: "HTTP 200", receipt: nil)),
        (
            "hooks.lab.example", .good, false,
            .transient(reason: "127.0.0.1: its certificate is not trusted", retryAfter: nil)
        ),
        (
            "hooks.lab.example", .expired, true,
            .transient(reason: "127.0.0.1: its certificate is not trusted", retryAfter: nil)
        ),
        (
            "other.lab.example", .good, true,
            .transient(reason: "127.0.0.1: its certificate was not issued for this host", retryAfter: nil)
        ),
    ])
    func `a certificate must be trusted, in time and for the host that was written (S62)`(
        host: String, certificate: LabAuthority.Certificate, trusts: Bool, expected: AttemptResult
    ) async throws {
        let server = try await WebServerDouble(
            .answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
            tls: try LabAuthority.shared.serverContext(certificate))
        var settings = try Self.settings(server.port)
        if !trusts { settings.trustRoots = nil }
        let resolver = StubResolver(["hooks.lab.example": [["127.0.0.1"]], "other.lab.example": [["127.0.0.1"]]])
        let channel = WebhookChannel(try EgressClient(EgressGuard(settings: settings, resolver: resolver)))
        let result = await channel.attempt(Self.message("https://\(host):\(server.port)/"), now: Self.now)
        #expect(result == expected)
        #expect(server.requests.count == (expected == .accepted(detail: "HTTP 200", receipt: nil) ? 1 : 0))
        try await server.stop()
    }

    @Test func `a message that can never be sent says why`() async throws {
        let channel = try Self.channel(80)
        var message = Self.message("http://example.com/", secrets: [])
        #expect(
            await channel.attempt(message, now: Self.now)
                == .permanent(
                    reason: "a webhook needs one signing key, or two while one replaces the other", by: .tocsin))
        message.secrets = [Self.key]
        message.id = "a.b"
        #expect(
            await channel.attempt(message, now: Self.now)
                == .permanent(
                    reason: "the message's id must be letters, digits, _ and - (a dot would blur its signature)",
                    by: .tocsin))
        message.id = "dlv_1"
        message.payload = .string(String(repeating: "x", count: 262_144))
        #expect(
            await channel.attempt(message, now: Self.now)
                == .permanent(reason: "the message has 262215 bytes; a webhook carries 262144", by: .tocsin))
    }

    @Test func `an attempt that is called off ends at once`() async throws {
        let server = try await WebServerDouble(.hang)
        let egress = EgressGuard(settings: try Self.settings(server.port), resolver: StubResolver([:]))
        let channel = WebhookChannel(try EgressClient(egress))
        let task = Task { await channel.attempt(Self.message("http://127.0.0.1:\(server.port)/"), now: Self.now) }
        while server.requests.isEmpty { await Task.yield() }
        task.cancel()
        #expect(await task.value == .unknown(reason: "127.0.0.1: the attempt was called off"))
        try await server.stop()
    }

    @Test func `a wanted body is given whole or not at all`() async throws {
        let server = try await WebServerDouble(.answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"))
        let flood = try await WebServerDouble(.flood("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n", bytes: 70_000))
        for (port, expected) in [(server.port, "hello"), (flood.port, "the answer is longer than 65536 bytes")] {
            let client = try EgressClient(EgressGuard(settings: try Self.settings(port), resolver: StubResolver([:])))
            let url = try client.egress.url("http://127.0.0.1:\(port)/")
            switch await client.send(EgressRequest(method: .get, url: url, wantsBody: true)) {
            case .answered(let answer): #expect(String(decoding: answer.body, as: UTF8.self) == expected)
            case .lost(let reason): #expect(reason == expected)
            case .refused(let reason), .unreachable(let reason): Issue.record("\(reason)")
            }
        }
        try await server.stop()
        try await flood.stop()
    }
}
