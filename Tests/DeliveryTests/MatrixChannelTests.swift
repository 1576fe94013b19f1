import Chronology
import Delivery
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass.
@Suite(.serialized) struct MatrixChannelTests {
    private static let room = "!aB/c%d:lab.example"

    private static func account(_ port: Int = 80) -> ChannelAccount {
        ChannelAccount(
            settings: ["homeserver": "http://127.0.0.1:\(port)/"], secrets: ["token": Secret("syt_canary")])
    }

    private static func attempt(
        _ status: Int, _ body: String, headers: [String] = [], _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, requests: [ChatFarEnd.Request]) {
        let server = try await ChatFarEnd(status, body, headers: headers)
        let result = await MatrixChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page(room, account(server.port), change), now: ChatLab.now)
        try await server.stop()
        return (result, server.requests)
    }

    // MARK: The request

    @Test func `a page is sent to the room under its own id`() async throws {
        let (result, requests) = try await Self.attempt(200, #"{"event_id":"$abc:lab"}"#)
        #expect(result == .accepted(detail: "the homeserver has it", receipt: "$abc:lab"))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(
            request.line
                == "PUT /_matrix/client/v3/rooms/%21aB%2Fc%25d%3Alab.example/send/m.room.message/dlv_01 HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer syt_canary")
        #expect(request.headers["content-type"] == "application/json")
        #expect(
            try request.json == [
                "msgtype": "m.text",
                "body": .string(
                    "[SEV1] INC-7 Disk full\nSEV1: Disk full\nService: db\nAcknowledge: https://tocsin.example.com/ack/T0K\n"
                        + "Details: https://tocsin.example.com/incidents/INC-7\n"
                        + "Runbook: https://wiki.example.com/db_(disk)?a=1&b=2"),
                "format": "org.matrix.custom.html",
                "formatted_body": .string(
                    "<strong>[SEV1] INC-7 Disk full</strong><br>SEV1: Disk full<br>Service: db"
                        + "<br><a href=\"https://tocsin.example.com/ack/T0K\">Acknowledge</a>"
                        + "<br><a href=\"https://tocsin.example.com/incidents/INC-7\">Details</a>"
                        + "<br><a href=\"https://wiki.example.com/db_(disk)?a=1&amp;b=2\">Runbook</a>"),
                "m.mentions": ["room": true],
            ])
    }

    @Test func `what does not wake anybody calls nobody`() async throws {
        let (_, requests) = try await Self.attempt(200, #"{"event_id":"$abc"}"#) { message in
            message.purpose = .news
            message.id = "a/b.c ü"
            message.text = ""
            message.links = []
        }
        let request = try #require(requests.first)
        #expect(request.line.hasSuffix("/send/m.room.message/a_b_c___ HTTP/1.1"))
        #expect(
            try request.json == [
                "msgtype": "m.text", "body": "[SEV1] INC-7 Disk full", "format": "org.matrix.custom.html",
                "formatted_body": "<strong>[SEV1] INC-7 Disk full</strong>", "m.mentions": [:],
            ])
    }

    @Test func `what users wrote is no markup and calls nobody`() async throws {
        let (_, requests) = try await Self.attempt(200, #"{"event_id":"$abc"}"#) { message in
            message.subject = "@room <b>&amp;</b>"
            message.text = ChatLab.nasty
            message.links = [.init(label: "\"<i>", address: "https://a.example/'x'&y")]
            message.acknowledgement = nil
        }
        let json = try #require(requests.first).json
        #expect(
            json["body"]?.string
                == "@\u{2060}room <b>&amp;</b>\n<!channel> <@\u{2060}U1|x> @\u{2060}everyone a@b.example *b* _i_ ~s~ `c` "
                + "[l](http://x) > q # h | \\ & \"q\" 'a' r\n\"<i>: https://a.example/'x'&y")
        #expect(
            json["formatted_body"]?.string
                == "<strong>@\u{2060}room &lt;b&gt;&amp;amp;&lt;/b&gt;</strong><br>&lt;!channel&gt; &lt;@\u{2060}U1|x&gt; "
                + "@\u{2060}everyone a@b.example *b* _i_ ~s~ `c` [l](http://x) &gt; q # h | \\ &amp; &quot;q&quot; &#39;a&#39; r"
                + "<br><a href=\"https://a.example/&#39;x&#39;&amp;y\">&quot;&lt;i&gt;</a>")
    }

    @Test(arguments: ["\"", "\\", "&", "ü"])
    func `an event keeps to its limit whatever it is made of`(character: String) async throws {
        let (_, requests) = try await Self.attempt(200, #"{"event_id":"$abc"}"#) { message in
            message.subject = String(repeating: character, count: 30_000)
            message.text = String(repeating: character, count: 300_000)
        }
        let request = try #require(requests.first)
        #expect(request.body.count < 60_000)
        let json = try request.json
        let body = try #require(json["body"]?.string)
        #expect((7_990...8_000).contains(body.utf8.count) && body.contains("…\nAcknowledge: https://"))
        let formatted = try #require(json["formatted_body"]?.string)
        #expect((15_990...16_000).contains(formatted.utf8.count))
        #expect(
            formatted.contains("…</strong><br>") && formatted.contains("…<br><a href=") && formatted.hasSuffix("</a>"))
    }

    // MARK: The answer

    @Test(arguments: [
        (200, "{}", "X: y", AttemptResult.unknown(reason: "HTTP 200 without an answer of Matrix in it")),
        (200, "<html>", "X: y", .unknown(reason: "HTTP 200 without an answer of Matrix in it")),
        (302, "", "Location: https://x.example/", .permanent(reason: "HTTP 302: redirects are not followed")),
        (
            400, #"{"errcode":"M_BAD_JSON","error":"CANARY"}"#, "X: y",
            .permanent(reason: "HTTP 400 M_BAD_JSON")
        ),
        (
            401, #"{"errcode":"M_UNKNOWN_TOKEN","error":"CANARY"}"#, "X: y",
            .permanent(reason: "HTTP 401 M_UNKNOWN_TOKEN")
        ),
        (
            403, #"{"errcode":"M_FORBIDDEN","error":"CANARY"}"#, "X: y",
            .permanent(reason: "HTTP 403 M_FORBIDDEN")
        ),
        (403, #"{"errcode":"CANARY"}"#, "X: y", .permanent(reason: "HTTP 403: the far end does not accept the key")),
        (404, "<html>", "X: y", .permanent(reason: "HTTP 404: the far end does not know this destination")),
        (413, #"{"errcode":"M_TOO_LARGE"}"#, "X: y", .permanent(reason: "HTTP 413 M_TOO_LARGE")),
        (
            429, #"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":1500}"#, "X: y",
            .transient(reason: "HTTP 429 M_LIMIT_EXCEEDED", retryAfter: .milliseconds(1_500))
        ),
        (
            429, #"{"errcode":"M_LIMIT_EXCEEDED"}"#, "Retry-After: 3",
            .transient(reason: "HTTP 429 M_LIMIT_EXCEEDED", retryAfter: .seconds(3))
        ),
        (
            429, #"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":9223372036854775807}"#, "X: y",
            .transient(reason: "HTTP 429 M_LIMIT_EXCEEDED", retryAfter: .hours(1))
        ),
        (
            429, #"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":-1}"#, "X: y",
            .transient(reason: "HTTP 429 M_LIMIT_EXCEEDED", retryAfter: nil)
        ),
        (429, "<html>", "Retry-After: 3", .transient(reason: "HTTP 429", retryAfter: .seconds(3))),
        (500, #"{"errcode":"M_UNKNOWN"}"#, "X: y", .transient(reason: "HTTP 500 M_UNKNOWN", retryAfter: nil)),
        (502, "<html>", "X: y", .transient(reason: "HTTP 502", retryAfter: nil)),
    ])
    func `an answer says how the attempt ended (F14)`(
        status: Int, body: String, header: String, expected: AttemptResult
    ) async throws {
        let (result, _) = try await Self.attempt(status, body, headers: [header])
        #expect(result == expected)
    }

    @Test func `a far end that breaks off may have taken it`() async throws {
        for (name, behaviour, reason) in ChatLab.broken {
            let result = try await ChatLab.attempt(at: behaviour, MatrixChannel.init) {
                ChatLab.page(Self.room, Self.account($0))
            }
            #expect(result == .unknown(reason: reason), "\(name)")
        }
        let result = try await ChatLab.attempt(at: ChatLab.truncated, MatrixChannel.init) {
            ChatLab.page(Self.room, Self.account($0))
        }
        #expect(result == .unknown(reason: "the answer broke off"))
    }

    // MARK: Checks

    @Test(arguments: ["!a:lab", "!oKjBvWwrkdAbCdEfGh:example.com:8448", "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"])
    func `a room is named by its ID`(destination: String) throws {
        try MatrixChannel.check(destination: destination, secret: nil)
    }

    @Test(arguments: ["", "!", "#ops:example.com", "@ana:example.com", "ops", "!a b:lab", "!a:lab\n"])
    func `other names are refused`(destination: String) {
        let fault = #expect(throws: InputFault.self) {
            try MatrixChannel.check(destination: destination, secret: nil)
        }
        #expect(fault?.place == "destination")
    }

    @Test func `an account that cannot work is refused without repeating its token`() async throws {
        try MatrixChannel.check(account: Self.account())
        let cases: [(place: String, change: (inout ChannelAccount) -> Void)] = [
            ("homeserver", { $0.settings = [:] }),
            ("homeserver", { $0.settings["homeserver"] = "matrix.example.com" }),
            ("homeserver", { $0.settings["homeserver"] = "https://matrix.example.com/?x" }),
            ("token", { $0.secrets = [:] }),
            ("token", { $0.secrets["token"] = Secret("canary x") }),
        ]
        for (place, change) in cases {
            var account = Self.account()
            change(&account)
            let fault = #expect(throws: InputFault.self) { try MatrixChannel.check(account: account) }
            #expect(fault?.place == place)
            #expect(fault?.reason.contains("canary") == false)
        }
        let channel = MatrixChannel(try ChatLab.client(80))
        #expect(
            await channel.attempt(ChatLab.page(Self.room), now: ChatLab.now)
                == .permanent(reason: "the access token of Matrix is missing", by: .tocsin))
        var message = ChatLab.page(Self.room, ChannelAccount(secrets: ["token": Secret("x")]))
        #expect(
            await channel.attempt(message, now: ChatLab.now)
                == .permanent(reason: "the homeserver is missing", by: .tocsin))
        message.id = ""
        #expect(
            await channel.attempt(message, now: ChatLab.now)
                == .permanent(reason: "the message has no id", by: .tocsin))
    }

    @Test func `whoever sets it up is told about encrypted rooms`() {
        #expect(MatrixChannel.descriptor.about.contains("Encrypted rooms do not work"))
    }

    // MARK: Health

    @Test(arguments: [
        (200, #"{"user_id":"@tocsin:lab"}"#, ChannelHealth.good("@tocsin:lab")),
        (200, "<html>", .bad("HTTP 200 without an answer of Matrix in it")),
        (401, #"{"errcode":"M_UNKNOWN_TOKEN"}"#, .bad("HTTP 401 M_UNKNOWN_TOKEN")),
        (401, #"{"errcode":"CANARY"}"#, .bad("HTTP 401")),
        (502, "<html>", .bad("HTTP 502")),
    ])
    func `the account's health is whether the homeserver knows it`(
        status: Int, body: String, expected: ChannelHealth
    ) async throws {
        let server = try await ChatFarEnd(status, body)
        let health = await MatrixChannel(try ChatLab.client(server.port)).health(
            of: Self.account(server.port), now: ChatLab.now)
        #expect(health == expected)
        let request = try server.only
        #expect(request.line == "GET /_matrix/client/v3/account/whoami HTTP/1.1")
        #expect(request.headers["authorization"] == "Bearer syt_canary")
        try await server.stop()
    }

    @Test func `a homeserver that is not there is said to be bad`() async throws {
        let server = try await ChatFarEnd()
        try await server.stop()
        let channel = MatrixChannel(try ChatLab.client(server.port))
        #expect(
            await channel.health(of: Self.account(server.port), now: ChatLab.now)
                == .bad("127.0.0.1: the connection was refused"))
    }
}
