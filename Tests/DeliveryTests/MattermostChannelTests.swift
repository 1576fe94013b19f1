import Chronology
import Delivery
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass.
@Suite(.serialized) struct MattermostChannelTests {
    private static let account = ChannelAccount(callback: ChatLab.callback)

    private static func address(_ port: Int) -> String { "http://127.0.0.1:\(port)/mm/hooks/CANARY" }

    private static func attempt(
        _ status: Int, _ body: String = "ok", headers: [String] = [],
        _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, requests: [ChatFarEnd.Request]) {
        let server = try await ChatFarEnd(status, body, headers: headers)
        let result = await MattermostChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page(address(server.port), account, change), now: ChatLab.now)
        try await server.stop()
        return (result, server.requests)
    }

    private static func button(_ name: String, _ action: String, _ subject: String) -> JSON {
        [
            "id": .string(action), "name": .string(name), "type": "button",
            "integration": [
                "url": .string("\(ChatLab.callback)/button"),
                "context": ["reference": "dlv_01", "action": .string(action), "subject": .string(subject)],
            ],
        ]
    }

    // MARK: The request

    @Test func `a page is posted with a button`() async throws {
        let (result, requests) = try await Self.attempt(200, headers: ["Content-Type: text/plain"])
        #expect(result == .accepted(detail: "HTTP 200", receipt: nil))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(request.line == "POST /mm/hooks/CANARY HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json; charset=utf-8")
        #expect(request.headers["authorization"] == nil)
        let subject = "**\\[SEV1\\] INC-7 Disk full**"
        #expect(
            try request.json == [
                "text": .string(subject),
                "attachments": [
                    [
                        "fallback": "[SEV1] INC-7 Disk full", "color": "#d92d20", "title": "Details",
                        "title_link": "https://tocsin.example.com/incidents/INC-7",
                        "text": .string(
                            "SEV1: Disk full\nService: db\n[Acknowledge](https://tocsin.example.com/ack/T0K)\n"
                                + "[Runbook](https://wiki.example.com/db_%28disk%29?a=1&b=2)"),
                        "actions": [
                            Self.button("Acknowledge", "acknowledge", subject),
                            Self.button("Ask for help", "escalate", subject),
                        ],
                    ]
                ],
            ])
    }

    @Test func `where nobody can call back there is only the link`() async throws {
        let (_, requests) = try await Self.attempt(200) { $0.account.callback = nil }
        let attachment = try #require(requests.first).json["attachments"]?.array?.first
        #expect(attachment?["actions"] == nil)
        #expect(attachment?["text"]?.string?.contains("[Acknowledge](https://tocsin.example.com/ack/T0K)") == true)
    }

    @Test func `what is no page has nothing to acknowledge`() async throws {
        let (_, requests) = try await Self.attempt(200) { message in
            message.purpose = .news
            message.isUrgent = false
            message.text = ""
            message.links = []
        }
        #expect(
            try #require(requests.first).json == [
                "text": "**\\[SEV1\\] INC-7 Disk full**",
                "attachments": [["fallback": "[SEV1] INC-7 Disk full", "color": "#667085", "text": ""]],
            ])
    }

    @Test func `what users wrote is no markup and calls nobody`() async throws {
        let (_, requests) = try await Self.attempt(200) { message in
            message.subject = "@all **x**\r\n@channel"
            message.text =
                ChatLab.nasty
                + "\nhttps://x.example/a_b_c?d=*e* <!here> https://x.example/@channel https://u@x.example/_"
            message.links = []
            message.acknowledgement = nil
        }
        let json = try #require(requests.first).json
        #expect(json["text"]?.string == "**@\u{2060}all \\*\\*x\\*\\* @\u{2060}channel**")
        let attachment = json["attachments"]?.array?.first
        #expect(attachment?["fallback"]?.string == "@\u{2060}all **x** @\u{2060}channel")
        let first =
            "<\u{2060}!channel\\> <\u{2060}@\u{2060}U1\\|x\\> @\u{2060}everyone a@b.example \\*b\\* \\_i\\_ \\~s\\~ "
            + "\\`c\\` \\[l\\](http://x) \\> q \\# h \\| \\\\ & \"q\" 'a' r"
        let second =
            "https://x.example/a_b_c?d=\\*e\\* <\u{2060}!here\\> https://x.example/%40channel https://u@x.example/\\_"
        #expect(attachment?["text"]?.string == "\(first)\n\(second)")
    }

    @Test func `a long text keeps to the limit and keeps its links whole`() async throws {
        let (_, requests) = try await Self.attempt(200) { message in
            message.subject = String(repeating: "é*", count: 2_000)
            message.text = String(repeating: "_ü\n", count: 20_000)
        }
        let json = try #require(requests.first).json
        let subject = try #require(json["text"]?.string)
        #expect((490...504).contains(subject.unicodeScalars.count) && subject.hasSuffix("…**"))
        let text = try #require(json["attachments"]?.array?.first?["text"]?.string)
        #expect((16_300...16_383).contains(text.unicodeScalars.count))
        #expect(
            text.hasSuffix(
                "…\n[Acknowledge](https://tocsin.example.com/ack/T0K)\n"
                    + "[Runbook](https://wiki.example.com/db_%28disk%29?a=1&b=2)"))
    }

    // MARK: The answer

    @Test(arguments: [
        (200, "Content-Type: text/plain", AttemptResult.accepted(detail: "HTTP 200", receipt: nil)),
        (200, "Content-Type: application/json", .accepted(detail: "HTTP 200", receipt: nil)),
        (
            200, "Content-Type: text/html; charset=utf-8",
            .permanent(reason: "HTTP 200 with a web page: the address is not that of an incoming webhook")
        ),
        (301, "Location: https://x.example/", .permanent(reason: "HTTP 301: redirects are not followed")),
        (400, "X: y", .permanent(reason: "HTTP 400: the far end refused the message")),
        (401, "X: y", .permanent(reason: "HTTP 401: the far end does not accept the key")),
        (404, "X: y", .permanent(reason: "HTTP 404: the far end does not know this destination")),
        (429, "Retry-After: 7", .transient(reason: "HTTP 429", retryAfter: .seconds(7))),
        (500, "X: y", .transient(reason: "HTTP 500", retryAfter: nil)),
    ])
    func `an answer says how the attempt ended (F14)`(
        status: Int, header: String, expected: AttemptResult
    ) async throws {
        let (result, _) = try await Self.attempt(status, "CANARY", headers: [header])
        #expect(result == expected)
    }

    @Test func `a far end that breaks off may have posted it`() async throws {
        for (name, behaviour, reason) in ChatLab.broken {
            let result = try await ChatLab.attempt(at: behaviour, MattermostChannel.init) {
                ChatLab.page(Self.address($0))
            }
            #expect(result == .unknown(reason: reason), "\(name)")
        }
    }

    @Test func `an answer without its end is an answer`() async throws {
        let result = try await ChatLab.attempt(at: ChatLab.truncated, MattermostChannel.init) {
            ChatLab.page(Self.address($0))
        }
        #expect(result == .accepted(detail: "HTTP 200", receipt: nil))
    }

    // MARK: Checks

    @Test(arguments: [
        "https://mm.example.com/hooks/x", "http://127.0.0.1:8065/hooks/x", "https://example.com/chat/mm/hooks/x?y=1",
    ])
    func `an incoming webhook is a destination`(destination: String) throws {
        try MattermostChannel.check(destination: destination, secret: nil)
    }

    @Test(arguments: [
        "", "mm.example.com/hooks/CANARY", "https://mm.example.com/", "https://mm.example.com/hooks/",
        "https://mm.example.com/hooks", "https://mm.example.com/api/v4/posts?CANARY",
        "https://mm.example.com/?/hooks/CANARY",
        "https://mm.example.com/hooks/CANARY/x", "https://mm.example.com/hooks/CANARY#x",
    ])
    func `another address is refused without being repeated`(destination: String) {
        let fault = #expect(throws: InputFault.self) {
            try MattermostChannel.check(destination: destination, secret: nil)
        }
        #expect(fault?.place == "destination")
        #expect(fault?.reason.contains("CANARY") == false)
    }

    @Test func `the far end is named without the key`() throws {
        let channel = MattermostChannel(try ChatLab.client(80))
        #expect(channel.farEnd(of: "https://mm.example.com/hooks/CANARY") == "https://mm.example.com:443")
        #expect(channel.farEnd(of: "nonsense CANARY") == "mattermost")
    }

    @Test func `there is nothing to set for all messages`() throws {
        try MattermostChannel.check(account: Self.account)
        #expect(throws: InputFault(at: "token", "Mattermost has no setting of that name")) {
            try MattermostChannel.check(account: ChannelAccount(settings: ["token": "x"]))
        }
    }

    // MARK: What was pressed

    private static func pressed(_ context: JSON) -> InboundCall {
        let body: JSON = [
            "user_id": "u", "user_name": "ana", "channel_id": "c", "post_id": "p", "type": "button",
            "context": context,
        ]
        return ChatLab.call("button", body: Array(body.text.utf8), account: account)
    }

    private static let pressings: [(context: JSON, said: Said)] = [
        (
            ["reference": "dlv_01", "action": "acknowledge", "subject": "x"],
            .acknowledge(.reference("dlv_01", from: nil))
        ),
        (["reference": "dlv_01"], .acknowledge(.reference("dlv_01", from: nil))),
        (["reference": "dlv_01", "action": "escalate"], .escalate(.reference("dlv_01", from: nil))),
    ]

    @Test(arguments: pressings)
    func `a button says what it is for`(context: JSON, expected: Said) throws {
        #expect(try MattermostChannel.read(Self.pressed(context)) == [expected])
    }

    private static let noReference = "the button's context holds no reference"
    private static let notOurs: [(context: JSON, reason: String)] = [
        (["reference": "a b"], noReference), (["reference": ""], noReference), (["reference": 7], noReference),
        ([:], noReference), ("dlv_01", noReference),
        (["reference": .string(String(repeating: "a", count: 49))], noReference),
        (
            ["reference": "dlv_01", "action": "destroy"],
            "the button's context holds an action that Tocsin does not have"
        ),
    ]

    @Test(arguments: notOurs)
    func `a button that is not ours is not read`(context: JSON, reason: String) {
        #expect(throws: InboundFault.unreadable(reason)) { try MattermostChannel.read(Self.pressed(context)) }
    }

    @Test func `what is no JSON or at another path is not read`() {
        #expect(throws: InboundFault.unreadable("the body is not JSON of a usual size")) {
            try MattermostChannel.read(ChatLab.call("button", body: Array("payload=%7B%7D".utf8)))
        }
        #expect(throws: InboundFault.unknownPath) {
            try MattermostChannel.read(ChatLab.call("button/x", body: Array("{}".utf8)))
        }
    }

    @Test func `whoever pressed it is told, and the post says it to all`() {
        let call = Self.pressed(["reference": "dlv_01", "action": "acknowledge", "subject": "**Disk full**"])
        #expect(
            MattermostChannel.response(to: call, outcome: "Ben_2 has it.\n@all")
                == InboundResponse(
                    contentType: "application/json; charset=utf-8",
                    body: #"{"ephemeral_text":"Ben\\_2 has it. @\#u{2060}all","skip_slack_parsing":true,"#
                        + #""update":{"message":"**Disk full**\nBen\\_2 has it. @\#u{2060}all"}}"#))
    }

    @Test func `asking for help changes nothing for the others`() {
        let call = Self.pressed(["reference": "dlv_01", "action": "escalate", "subject": "**Disk full**"])
        #expect(
            MattermostChannel.response(to: call, outcome: "Asked.").body
                == #"{"ephemeral_text":"Asked.","skip_slack_parsing":true}"#)
        #expect(MattermostChannel.response(to: call, outcome: nil).body == "{}")
        let unreadable = ChatLab.call("button", body: Array("x".utf8))
        #expect(
            MattermostChannel.response(to: unreadable, outcome: "Done.").body
                == #"{"ephemeral_text":"Done.","skip_slack_parsing":true}"#)
    }

    @Test func `there is no account whose health could be asked`() async throws {
        #expect(
            await MattermostChannel(try ChatLab.client(80)).health(of: Self.account, now: ChatLab.now) == nil)
    }
}
