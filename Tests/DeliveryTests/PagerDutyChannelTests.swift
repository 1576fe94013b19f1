import Chronology
import Delivery
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass.
@Suite(.serialized) struct PagerDutyChannelTests {
    private static let key = "R0FAKEROUTINGKEY0000000000CANARY"

    private static func account(_ port: Int) -> ChannelAccount {
        ChannelAccount(settings: ["apiBase": "http://127.0.0.1:\(port)"])
    }

    private static func attempt(
        _ status: Int, _ body: String, headers: [String] = [], _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, requests: [ChatFarEnd.Request]) {
        let server = try await ChatFarEnd(status, body, headers: headers)
        let result = await PagerDutyChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page(key, account(server.port), change), now: ChatLab.now)
        try await server.stop()
        return (result, server.requests)
    }

    private static let processed =
        #"{"status":"success","message":"Event processed","dedup_key":"pag_01"}"#

    // MARK: The request

    @Test func `a page opens an alert under the page's key`() async throws {
        let (result, requests) = try await Self.attempt(202, Self.processed)
        #expect(result == .accepted(detail: "HTTP 202", receipt: "pag_01"))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(request.line == "POST /v2/enqueue HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json; charset=utf-8")
        #expect(request.headers["authorization"] == nil)
        #expect(
            try request.json == [
                "routing_key": .string(Self.key), "event_action": "trigger", "dedup_key": "pag_01",
                "payload": [
                    "summary": "[SEV1] INC-7 Disk full", "source": "tocsin", "severity": "critical",
                    "timestamp": "2024-11-15T21:11:40.250Z",
                    "custom_details": ["text": "SEV1: Disk full\nService: db"],
                ],
                "links": [
                    ["href": "https://tocsin.example.com/incidents/INC-7", "text": "Details"],
                    ["href": "https://wiki.example.com/db_(disk)?a=1&b=2", "text": "Runbook"],
                ], "client": "Tocsin", "client_url": "https://tocsin.example.com/incidents/INC-7",
            ])
    }

    @Test func `what is not urgent is a warning`() async throws {
        let (_, requests) = try await Self.attempt(202, Self.processed) { message in
            message.isUrgent = false
            message.purpose = .news
            message.links = []
        }
        let json = try #require(requests.first).json
        #expect(json["payload"]?["severity"]?.string == "warning")
        #expect(json["links"]?.array == [])
        #expect(json["client_url"] == nil)
    }

    @Test(arguments: [("other_key", "other_key"), (nil, "pag_01")])
    func `a settled page resolves its alert`(earlier: String?, expected: String) async throws {
        let (result, requests) = try await Self.attempt(202, Self.processed) { message in
            message.purpose = .settled
            message.earlier = earlier
        }
        #expect(result == .accepted(detail: "HTTP 202", receipt: "pag_01"))
        #expect(
            try #require(requests.first).json == [
                "routing_key": .string(Self.key), "event_action": "resolve", "dedup_key": .string(expected),
            ])
    }

    @Test func `a long text keeps to the limits`() async throws {
        let (_, requests) = try await Self.attempt(202, Self.processed) { message in
            message.subject = String(repeating: "👩‍👩‍👧‍👦", count: 1_000) + "\r\nX"
            message.text = String(repeating: "\"\\\n", count: 200_000)
        }
        let request = try #require(requests.first)
        #expect(request.body.count < 512_000)
        let payload = try request.json["payload"]
        let summary = try #require(payload?["summary"]?.string)
        #expect((1_000...1_024).contains(summary.utf16.count) && summary.hasSuffix("…"))
        let text = try #require(payload?["custom_details"]?["text"]?.string)
        #expect((99_990...100_000).contains(text.utf8.count) && text.hasSuffix("…"))
    }

    @Test func `what users wrote is passed on as it is`() async throws {
        let (_, requests) = try await Self.attempt(202, Self.processed) { message in
            message.subject = "  "
            message.text = ChatLab.nasty
        }
        let payload = try #require(requests.first).json["payload"]
        #expect(payload?["summary"]?.string == "Tocsin")
        #expect(
            payload?["custom_details"]?["text"]?.string
                == "<!channel> <@U1|x> @everyone a@b.example *b* _i_ ~s~ `c` [l](http://x) > q # h | \\ & \"q\" 'a' r")
    }

    // MARK: The answer

    @Test(arguments: [
        (202, #"{"dedup_key":"theirs"}"#, "X: y", AttemptResult.accepted(detail: "HTTP 202", receipt: "theirs")),
        (202, "", "X: y", .accepted(detail: "HTTP 202", receipt: "pag_01")),
        (202, #"{"dedup_key":"a\nb"}"#, "X: y", .accepted(detail: "HTTP 202", receipt: "pag_01")),
        (302, "", "Location: https://x.example/", .permanent(reason: "HTTP 302: redirects are not followed")),
        (
            400, #"{"status":"invalid event","errors":["CANARY"]}"#, "X: y",
            .permanent(reason: "HTTP 400: the far end refused the message")
        ),
        (401, "", "X: y", .permanent(reason: "HTTP 401: the far end does not accept the key")),
        (404, "", "X: y", .permanent(reason: "HTTP 404: the far end does not know this destination")),
        (429, "", "Retry-After: 60", .transient(reason: "HTTP 429", retryAfter: .seconds(60))),
        (429, "", "X: y", .transient(reason: "HTTP 429", retryAfter: nil)),
        (500, "", "X: y", .transient(reason: "HTTP 500", retryAfter: nil)),
    ])
    func `an answer says how the attempt ended (F14)`(
        status: Int, body: String, header: String, expected: AttemptResult
    ) async throws {
        let (result, _) = try await Self.attempt(status, body, headers: [header])
        #expect(result == expected)
    }

    @Test func `a far end that breaks off may have taken it`() async throws {
        for (name, behaviour, reason) in ChatLab.broken {
            let result = try await ChatLab.attempt(at: behaviour, PagerDutyChannel.init) {
                ChatLab.page(Self.key, Self.account($0))
            }
            #expect(result == .unknown(reason: reason), "\(name)")
        }
        let result = try await ChatLab.attempt(at: ChatLab.truncated, PagerDutyChannel.init) {
            ChatLab.page(Self.key, Self.account($0))
        }
        #expect(result == .unknown(reason: "the answer broke off"))
    }

    // MARK: Checks

    @Test func `an integration key has 32 letters and digits`() async throws {
        try PagerDutyChannel.check(destination: Self.key, secret: nil)
        for bad in [
            "", String(Self.key.dropLast()), Self.key + "0", String(Self.key.dropLast()) + "-",
            String(Self.key.dropLast()) + "ä",
        ] {
            let fault = #expect(throws: InputFault.self) {
                try PagerDutyChannel.check(destination: bad, secret: nil)
            }
            #expect(fault?.place == "destination")
            #expect(fault?.reason.contains("CANAR") == false)
        }
        #expect(
            await PagerDutyChannel(try ChatLab.client(443)).attempt(ChatLab.page("CANARY"), now: ChatLab.now)
                == .permanent(reason: "the integration key of PagerDuty has 32 letters and digits", by: .tocsin))
    }

    @Test(arguments: ["", String(repeating: "k", count: 256)])
    func `a key that PagerDuty does not take is refused`(thread: String) async throws {
        let (result, requests) = try await Self.attempt(202, Self.processed) { $0.thread = thread }
        #expect(result == .permanent(reason: "PagerDuty takes a key of 1 to 255 characters", by: .tocsin))
        #expect(requests.isEmpty)
    }

    @Test func `the account is only an address`() throws {
        try PagerDutyChannel.check(account: ChannelAccount())
        try PagerDutyChannel.check(
            account: ChannelAccount(settings: ["apiBase": "https://events.eu.pagerduty.com"]))
        for (name, value) in [("apiBase", "events.pagerduty.com"), ("apiBase", "https://x.example/?y"), ("token", "x")]
        {
            let fault = #expect(throws: InputFault.self) {
                try PagerDutyChannel.check(account: ChannelAccount(settings: [name: value]))
            }
            #expect(fault?.place == name)
        }
    }

    @Test func `there is nothing to ask about health`() async throws {
        #expect(
            await PagerDutyChannel(try ChatLab.client(443)).health(of: ChannelAccount(), now: ChatLab.now) == nil)
    }
}
