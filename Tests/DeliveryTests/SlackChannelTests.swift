import Chronology
import Delivery
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass.
@Suite(.serialized) struct SlackChannelTests {
    private static let token = "xoxb-1-canary"

    private static func account(_ port: Int = 80, buttons: Bool = true) -> ChannelAccount {
        var account = ChannelAccount(
            settings: ["apiBase": "http://127.0.0.1:\(port)/api/"], secrets: ["token": Secret(token)])
        if buttons {
            account.secrets["signingSecret"] = Secret("canary")
            account.callback = ChatLab.callback
        }
        return account
    }

    private static func page(
        _ port: Int, buttons: Bool = true, _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) -> OutgoingMessage {
        ChatLab.page("U0ANA", account(port, buttons: buttons), change)
    }

    private static func attempt(
        _ status: Int, _ body: String, headers: [String] = [], _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, requests: [ChatFarEnd.Request]) {
        let server = try await ChatFarEnd(status, body, headers: headers)
        let result = await SlackChannel(try ChatLab.client(server.port)).attempt(
            page(server.port, change), now: ChatLab.now)
        try await server.stop()
        return (result, server.requests)
    }

    private static let context: JSON = [
        "type": "context",
        "elements": [
            [
                "type": "mrkdwn",
                "text":
                    "Tocsin · <!date^1731705100^{date_short_pretty}, {time_secs}|15 Nov 2024 21:11:40 UTC>",
            ]
        ],
    ]

    private static func button(_ label: String, _ action: String, _ does: String, _ what: String, _ style: JSON? = nil)
        -> JSON
    {
        var members: [JSON.Member] = [
            .init("type", "button"),
            .init("text", ["type": "plain_text", "text": .string(label), "emoji": false]),
            .init("action_id", .string(action)), .init(does, .string(what)),
        ]
        if let style { members.append(.init("style", style)) }
        return .object(members)
    }

    // MARK: The request

    @Test func `a page is posted with buttons`() async throws {
        let (result, requests) = try await Self.attempt(
            200, #"{"ok":true,"channel":"D0FAKE","ts":"1731705121.000100","message":{"text":"x"}}"#)
        #expect(result == .accepted(detail: "Slack has posted it", receipt: "D0FAKE:1731705121.000100"))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(request.line == "POST /api/chat.postMessage HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer \(Self.token)")
        #expect(request.headers["content-type"] == "application/json; charset=utf-8")
        #expect(request.headers["user-agent"] == "Tocsin")
        #expect(
            try request.json == [
                "channel": "U0ANA", "text": "[SEV1] INC-7 Disk full\nSEV1: Disk full\nService: db",
                "blocks": [
                    ["type": "section", "text": ["type": "mrkdwn", "text": "*[SEV1] INC-7 Disk full*"]],
                    ["type": "section", "text": ["type": "mrkdwn", "text": "SEV1: Disk full\nService: db"]],
                    Self.context,
                    [
                        "type": "actions",
                        "elements": [
                            Self.button("Acknowledge", "tocsin_ack", "value", "dlv_01", "primary"),
                            Self.button("Ask for help", "tocsin_escalate", "value", "dlv_01"),
                            Self.button(
                                "Details", "tocsin_open_1", "url", "https://tocsin.example.com/incidents/INC-7"),
                            Self.button(
                                "Runbook", "tocsin_open_2", "url", "https://wiki.example.com/db_(disk)?a=1&b=2"),
                        ],
                    ],
                ], "unfurl_links": false, "unfurl_media": false,
                "metadata": [
                    "event_type": "tocsin_message", "event_payload": ["id": "dlv_01", "thread": "pag_01"],
                ],
            ])
    }

    @Test func `where Slack cannot call back a link acknowledges`() async throws {
        let server = try await ChatFarEnd(200, #"{"ok":true}"#)
        let channel = SlackChannel(try ChatLab.client(server.port))
        _ = await channel.attempt(Self.page(server.port, buttons: false), now: ChatLab.now)
        let blocks = try server.only.json["blocks"]?.array
        #expect(
            blocks?.last?["elements"]?.array?.first
                == Self.button(
                    "Acknowledge", "tocsin_link", "url", "https://tocsin.example.com/ack/T0K", "primary"))
        try await server.stop()
    }

    @Test(arguments: [OutgoingMessage.Purpose.news, .test, .verification])
    func `what is no page has nothing to acknowledge`(purpose: OutgoingMessage.Purpose) async throws {
        let (_, requests) = try await Self.attempt(200, #"{"ok":true}"#) { message in
            message.purpose = purpose
            message.links.removeFirst()
        }
        let text = String(decoding: try #require(requests.first).body, as: UTF8.self)
        #expect(!text.contains("tocsin_ack") && !text.contains("T0K") && text.contains("tocsin_open_1"))
    }

    @Test func `a settled page changes the first message and takes its buttons away`() async throws {
        let (result, requests) = try await Self.attempt(
            200, #"{"ok":true,"channel":"D0FAKE","ts":"1731705121.000100"}"#
        ) { message in
            message.purpose = .settled
            message.earlier = "D0FAKE:1731705121.000100"
            message.subject = "Ben has it"
            message.text = ""
            message.links = [.init(label: "Details", address: "https://tocsin.example.com/incidents/INC-7")]
        }
        #expect(result == .accepted(detail: "Slack has posted it", receipt: "D0FAKE:1731705121.000100"))
        let request = try #require(requests.first)
        #expect(request.line == "POST /api/chat.update HTTP/1.1")
        let time = "<!date^1731705100^{date_short_pretty}, {time_secs}|15 Nov 2024 21:11:40 UTC>"
        #expect(
            try request.json == [
                "channel": "D0FAKE", "ts": "1731705121.000100", "text": "Ben has it",
                "blocks": [
                    ["type": "section", "text": ["type": "mrkdwn", "text": "*Ben has it*"]],
                    [
                        "type": "context",
                        "elements": [
                            [
                                "type": "mrkdwn",
                                "text": .string(
                                    "Tocsin · \(time) · <https://tocsin.example.com/incidents/INC-7|Details>"),
                            ]
                        ],
                    ],
                ],
            ])
    }

    @Test(arguments: [
        (nil, AttemptResult.accepted(detail: "there is no message to change", receipt: nil)),
        (
            "D0FAKE",
            .permanent(reason: "the receipt of the first message is not one of Slack's", by: .tocsin)
        ),
        (
            "D0FAKE:1.2:3",
            .permanent(reason: "the receipt of the first message is not one of Slack's", by: .tocsin)
        ),
    ])
    func `without the first message nothing is sent`(earlier: String?, expected: AttemptResult) async throws {
        let (result, requests) = try await Self.attempt(200, #"{"ok":true}"#) { message in
            message.purpose = .settled
            message.earlier = earlier
        }
        #expect(result == expected)
        #expect(requests.isEmpty)
    }

    @Test func `what users wrote is no markup and calls nobody`() async throws {
        let (_, requests) = try await Self.attempt(200, #"{"ok":true}"#) { message in
            message.subject = "a*b\r\n<!here>"
            message.text = ChatLab.nasty
        }
        let json = try #require(requests.first).json
        let subject = "a*b &lt;!here&gt;"
        let text =
            "&lt;!channel&gt; &lt;@\u{2060}U1|x&gt; @\u{2060}everyone a@b.example *b* _i_ ~s~ `c` [l](http://x) &gt; q # h "
            + "| \\ &amp; \"q\" 'a' r"
        #expect(json["text"]?.string == "\(subject)\n\(text)")
        #expect(json["blocks"]?.array?[0]["text"]?["text"]?.string == subject)
        #expect(json["blocks"]?.array?[1]["text"]?["text"]?.string == text)
    }

    @Test func `a long text keeps to the limits and keeps its links whole`() async throws {
        let address = "https://tocsin.example.com/" + String(repeating: "x", count: 2_000)
        let (_, requests) = try await Self.attempt(200, #"{"ok":true}"#) { message in
            message.subject = String(repeating: "&", count: 1_000)
            message.text = String(repeating: "👩‍👩‍👧‍👦 & <b>\n", count: 5_000)
            message.links = [.init(label: String(repeating: "👩‍👩‍👧‍👦", count: 70), address: address)]
        }
        let json = try #require(requests.first).json
        #expect((3_900...4_000).contains(json["text"]?.string?.utf16.count ?? 0))
        let subject = try #require(json["blocks"]?.array?[0]["text"]?["text"]?.string)
        #expect(subject == "*" + String(repeating: "&amp;", count: 99) + "…*")
        let text = try #require(json["blocks"]?.array?[1]["text"]?["text"]?.string)
        #expect((2_900...3_000).contains(text.utf16.count) && text.hasSuffix("…"))
        let open = try #require(json["blocks"]?.array?.last?["elements"]?.array?.last)
        #expect(open["url"]?.string == address)
        let label = try #require(open["text"]?["text"]?.string)
        #expect((60...75).contains(label.utf16.count) && label.hasSuffix("…"))
    }

    @Test func `an address that no button takes stands in the text`() async throws {
        let (_, requests) = try await Self.attempt(200, #"{"ok":true}"#) { message in
            message.links = [
                .init(label: "Bad", address: "javascript:alert(1)"),
                .init(label: "Blank", address: "https://a.example/b c"),
                .init(label: "Good", address: "https://a.example/#top"),
            ]
        }
        let json = try #require(requests.first).json
        #expect(
            json["blocks"]?.array?[1]["text"]?["text"]?.string
                == "SEV1: Disk full\nService: db\nBad: javascript:alert(1)\nBlank: https://a.example/b c")
        #expect(
            json["blocks"]?.array?.last?["elements"]?.array?.last
                == Self.button("Good", "tocsin_open_1", "url", "https://a.example/#top"))
    }

    // MARK: The answer

    @Test(arguments: [
        (200, #"{"ok":true}"#, "", AttemptResult.accepted(detail: "Slack has posted it", receipt: nil)),
        (
            200, #"{"ok":true,"channel":"C0FAKE","ts":"1\n2"}"#, "",
            .accepted(detail: "Slack has posted it", receipt: nil)
        ),
        (200, "<html>", "", .unknown(reason: "HTTP 200 without an answer of Slack in it")),
        (200, "{}", "", .unknown(reason: "HTTP 200 without an answer of Slack in it")),
        (
            200, #"{"ok":false,"error":"invalid_auth"}"#, "",
            .permanent(reason: "Slack answered invalid_auth: the token is not valid")
        ),
        (
            200, #"{"ok":false,"error":"account_inactive"}"#, "",
            .permanent(reason: "Slack answered account_inactive: the app has been removed from the workspace")
        ),
        (
            200, #"{"ok":false,"error":"token_revoked"}"#, "",
            .permanent(reason: "Slack answered token_revoked: the token has been revoked")
        ),
        (
            200, #"{"ok":false,"error":"channel_not_found"}"#, "",
            .permanent(
                reason: "Slack answered channel_not_found: there is no such channel, or the app may not see it")
        ),
        (
            200, #"{"ok":false,"error":"is_archived"}"#, "",
            .permanent(reason: "Slack answered is_archived: the channel is archived")
        ),
        (
            200, #"{"ok":false,"error":"not_in_channel"}"#, "",
            .permanent(reason: "Slack answered not_in_channel: the app must be invited into the channel")
        ),
        (
            200, #"{"ok":false,"error":"msg_too_long"}"#, "", .permanent(reason: "Slack answered msg_too_long")
        ),
        (200, #"{"ok":false,"error":"xoxb-1-canary"}"#, "", .permanent(reason: "Slack refused it")),
        (200, #"{"ok":false}"#, "", .permanent(reason: "Slack refused it")),
        (
            200, #"{"ok":false,"error":"ratelimited"}"#, "Retry-After: 30",
            .transient(reason: "Slack answered ratelimited", retryAfter: .seconds(30))
        ),
        (
            200, #"{"ok":false,"error":"fatal_error"}"#, "",
            .transient(reason: "Slack answered fatal_error", retryAfter: nil)
        ),
        (
            200, #"{"ok":false,"error":"internal_error"}"#, "",
            .transient(reason: "Slack answered internal_error", retryAfter: nil)
        ),
        (
            200, #"{"ok":false,"error":"service_unavailable"}"#, "",
            .transient(reason: "Slack answered service_unavailable", retryAfter: nil)
        ),
        (302, "", "Location: https://slack.com/x", .permanent(reason: "HTTP 302: redirects are not followed")),
        (400, "", "", .permanent(reason: "HTTP 400: the far end refused the message")),
        (401, "", "", .permanent(reason: "HTTP 401: the far end does not accept the key")),
        (404, "", "", .permanent(reason: "HTTP 404: the far end does not know this destination")),
        (
            429, #"{"ok":false,"error":"ratelimited"}"#, "Retry-After: 12",
            .transient(reason: "HTTP 429", retryAfter: .seconds(12))
        ),
        (429, "", "", .transient(reason: "HTTP 429", retryAfter: nil)),
        (500, "", "", .transient(reason: "HTTP 500", retryAfter: nil)),
        (503, "", "Retry-After: 1", .transient(reason: "HTTP 503", retryAfter: .seconds(1))),
    ])
    func `an answer says how the attempt ended (F14)`(
        status: Int, body: String, header: String, expected: AttemptResult
    ) async throws {
        let (result, _) = try await Self.attempt(status, body, headers: header.isEmpty ? [] : [header])
        #expect(result == expected)
    }

    @Test func `a far end that breaks off may have posted it`() async throws {
        for (name, behaviour, reason) in ChatLab.broken {
            let result = try await ChatLab.attempt(at: behaviour, SlackChannel.init) { Self.page($0) }
            #expect(result == .unknown(reason: reason), "\(name)")
        }
        let result = try await ChatLab.attempt(at: ChatLab.truncated, SlackChannel.init) { Self.page($0) }
        #expect(result == .unknown(reason: "the answer broke off"))
    }

    // MARK: Checks

    @Test(arguments: ["U0ANA", "W012AB3CDEF", "C012AB3CDEF", "G1A", "D0123456789"])
    func `a member or a channel is named by its ID`(destination: String) throws {
        try SlackChannel.check(destination: destination, secret: nil)
    }

    @Test(arguments: ["", "U", "#general", "@ana", "general", "u0ana", "T012AB3CDEF", "U0ANA ", "U0ANA\n", "U0ÄNA"])
    func `other names are refused`(destination: String) {
        let fault = #expect(throws: InputFault.self) {
            try SlackChannel.check(destination: destination, secret: nil)
        }
        #expect(fault?.place == "destination")
    }

    @Test func `an account that cannot work is refused without repeating its token`() throws {
        try SlackChannel.check(account: Self.account())
        try SlackChannel.check(account: Self.account(buttons: false))
        var renewed = Self.account()
        renewed.secrets["token"] = Secret("xoxe.xoxb-1-abc")
        try SlackChannel.check(account: renewed)
        let cases: [(place: String, change: (inout ChannelAccount) -> Void)] = [
            ("token", { $0.secrets["token"] = nil }),
            ("token", { $0.secrets["token"] = Secret("canary") }),
            ("token", { $0.secrets["token"] = Secret("xoxb-canary ä") }),
            ("token", { $0.secrets["token"] = Secret("xoxb-canary\r\nX: y") }),
            ("apiBase", { $0.settings["apiBase"] = "ftp://slack.com" }),
            ("apiBase", { $0.settings["apiBase"] = "https://slack.com/api?x=" }),
            ("other", { $0.settings["other"] = "x" }),
        ]
        for (place, change) in cases {
            var account = Self.account()
            change(&account)
            let fault = #expect(throws: InputFault.self) { try SlackChannel.check(account: account) }
            #expect(fault?.place == place)
            #expect(fault?.reason.contains("canary") == false)
        }
    }

    @Test func `a message that can never be sent says why`() async throws {
        let channel = SlackChannel(try ChatLab.client(80))
        let toName = Self.page(80) { $0.destination = "#general" }
        #expect(
            await channel.attempt(toName, now: ChatLab.now)
                == .permanent(
                    reason: "Slack needs an ID such as U012AB3CDEF or C012AB3CDEF, not the name it belongs to",
                    by: .tocsin))
        let withoutToken = Self.page(80) { $0.account.secrets = [:] }
        #expect(
            await channel.attempt(withoutToken, now: ChatLab.now)
                == .permanent(reason: "the bot token of Slack is missing", by: .tocsin))
    }

    // MARK: Health

    @Test(arguments: [
        (200, #"{"ok":true,"user":"tocsin","team":"Lab"}"#, ChannelHealth.good("tocsin in Lab")),
        (200, #"{"ok":true}"#, .good("an app without a name in a workspace without a name")),
        (
            200, #"{"ok":false,"error":"invalid_auth"}"#,
            .bad("Slack answered invalid_auth: the token is not valid")
        ),
        (200, "<html>", .bad("HTTP 200 without an answer of Slack in it")),
        (500, "", .bad("HTTP 500")),
    ])
    func `the account's health is what Slack says about its token`(
        status: Int, body: String, expected: ChannelHealth
    ) async throws {
        let server = try await ChatFarEnd(status, body)
        let health = await SlackChannel(try ChatLab.client(server.port)).health(
            of: Self.account(server.port), now: ChatLab.now)
        #expect(health == expected)
        let request = try server.only
        #expect(request.line == "POST /api/auth.test HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer \(Self.token)")
        #expect(request.body.isEmpty)
        try await server.stop()
    }
}
