import Chronology
import Delivery
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass.
@Suite(.serialized) struct DiscordChannelTests {
    private static func address(_ port: Int, _ query: String = "") -> String {
        "http://127.0.0.1:\(port)/api/webhooks/417429632418316298/CANARY\(query)"
    }

    private static func attempt(
        _ status: Int, _ body: String = "", headers: [String] = [], query: String = "",
        _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, requests: [ChatFarEnd.Request]) {
        let server = try await ChatFarEnd(status, body, headers: headers)
        let result = await DiscordChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page(address(server.port, query), ChannelAccount(), change), now: ChatLab.now)
        try await server.stop()
        return (result, server.requests)
    }

    // MARK: The request

    @Test func `a page is posted with an embed and calls nobody`() async throws {
        let (result, requests) = try await Self.attempt(200, #"{"id":"1130000000000000000","content":"x"}"#)
        #expect(result == .accepted(detail: "HTTP 200", receipt: "1130000000000000000"))
        let request = try #require(requests.first)
        #expect(requests.count == 1)
        #expect(request.line == "POST /api/webhooks/417429632418316298/CANARY?wait=true HTTP/1.1")
        #expect(request.headers["content-type"] == "application/json; charset=utf-8")
        #expect(
            try request.json == [
                "content": "**\\[SEV1\\] INC-7 Disk full**",
                "embeds": [
                    [
                        "title": "Details", "url": "https://tocsin.example.com/incidents/INC-7",
                        "description": .string(
                            "SEV1: Disk full\nService: db\n[Acknowledge](https://tocsin.example.com/ack/T0K)\n"
                                + "[Runbook](https://wiki.example.com/db_%28disk%29?a=1&b=2)"),
                        "color": 0xd92d20, "timestamp": "2024-11-15T21:11:40.250Z",
                    ]
                ], "allowed_mentions": ["parse": []],
            ])
    }

    @Test(arguments: [
        ("?thread_id=7", "?thread_id=7&wait=true"), ("?wait=false&thread_id=7", "?thread_id=7&wait=true"),
        ("?", "?wait=true"), ("/", "?wait=true"),
    ])
    func `the answer is waited for, whatever the address says`(query: String, expected: String) async throws {
        let (_, requests) = try await Self.attempt(204, query: query)
        #expect(
            requests.first?.line == "POST /api/webhooks/417429632418316298/CANARY\(expected) HTTP/1.1")
    }

    @Test func `a message with nothing beside its subject has no embed`() async throws {
        let (_, requests) = try await Self.attempt(204) { message in
            message.purpose = .news
            message.text = ""
            message.links = []
        }
        #expect(
            try #require(requests.first).json == [
                "content": "**\\[SEV1\\] INC-7 Disk full**", "embeds": [], "allowed_mentions": ["parse": []],
            ])
    }

    @Test func `what users wrote is no markup`() async throws {
        let (_, requests) = try await Self.attempt(204) { message in
            message.subject = "@everyone\r\n<@&1>"
            message.text = ChatLab.nasty
            message.links = []
            message.acknowledgement = nil
        }
        let json = try #require(requests.first).json
        #expect(json["content"]?.string == "**@\u{2060}everyone \\<@&1\\>**")
        #expect(
            json["embeds"]?.array?.first?["description"]?.string
                == "\\<!channel\\> \\<@\u{2060}U1\\|x\\> @\u{2060}everyone a@b.example \\*b\\* \\_i\\_ \\~s\\~ \\`c\\` "
                + "\\[l\\](http://x) \\> q \\# h \\| \\\\ & \"q\" 'a' r")
    }

    @Test func `a long text keeps to the limits and keeps its links whole`() async throws {
        let address = "https://tocsin.example.com/" + String(repeating: "x", count: 2_000)
        let (_, requests) = try await Self.attempt(204) { message in
            message.subject = String(repeating: "👩‍👩‍👧‍👦_", count: 1_000)
            message.text = String(repeating: "👩‍👩‍👧‍👦*\n", count: 5_000)
            message.acknowledgement?.link = address
            message.links = [.init(label: String(repeating: "👩‍👩‍👧‍👦", count: 75), address: address + "y")]
        }
        let json = try #require(requests.first).json
        let content = try #require(json["content"]?.string)
        #expect((1_970...2_000).contains(content.utf16.count) && content.hasSuffix("…**"))
        let embed = try #require(json["embeds"]?.array?.first)
        let title = try #require(embed["title"]?.string)
        #expect((240...256).contains(title.utf16.count) && title.hasSuffix("…"))
        #expect(embed["url"]?.string == address + "y")
        let description = try #require(embed["description"]?.string)
        #expect((4_070...4_096).contains(description.utf16.count))
        #expect(description.hasSuffix("…\n[Acknowledge](\(address))"))
    }

    // MARK: The answer

    @Test(arguments: [
        (200, "{}", "X: y", AttemptResult.accepted(detail: "HTTP 200", receipt: nil)),
        (200, "<html>", "X: y", .accepted(detail: "HTTP 200", receipt: nil)),
        (204, "", "X: y", .accepted(detail: "HTTP 204", receipt: nil)),
        (302, "", "Location: https://x.example/", .permanent(reason: "HTTP 302: redirects are not followed")),
        (
            400, #"{"message":"CANARY","code":50035}"#, "X: y",
            .permanent(reason: "HTTP 400: the far end refused the message")
        ),
        (401, "", "X: y", .permanent(reason: "HTTP 401: the far end does not accept the key")),
        (
            404, #"{"message":"Unknown Webhook","code":10015}"#, "X: y",
            .permanent(reason: "HTTP 404: the far end does not know this destination")
        ),
        (
            429, #"{"message":"x","retry_after":64.75,"global":false}"#, "Retry-After: 65",
            .transient(reason: "HTTP 429", retryAfter: .milliseconds(64_750))
        ),
        (
            429, #"{"retry_after":2}"#, "Retry-After: 65",
            .transient(reason: "HTTP 429", retryAfter: .seconds(2))
        ),
        (429, #"{"retry_after":1e300}"#, "X: y", .transient(reason: "HTTP 429", retryAfter: .hours(1))),
        (
            429, #"{"retry_after":-1}"#, "Retry-After: 65",
            .transient(reason: "HTTP 429", retryAfter: .seconds(65))
        ),
        (429, #"{"retry_after":"soon"}"#, "X: y", .transient(reason: "HTTP 429", retryAfter: nil)),
        (429, "<html>", "Retry-After: 65", .transient(reason: "HTTP 429", retryAfter: .seconds(65))),
        (500, "", "X: y", .transient(reason: "HTTP 500", retryAfter: nil)),
    ])
    func `an answer says how the attempt ended (F14)`(
        status: Int, body: String, header: String, expected: AttemptResult
    ) async throws {
        let (result, _) = try await Self.attempt(status, body, headers: [header])
        #expect(result == expected)
    }

    @Test func `a far end that breaks off may have posted it`() async throws {
        for (name, behaviour, reason) in ChatLab.broken {
            let result = try await ChatLab.attempt(at: behaviour, DiscordChannel.init) {
                ChatLab.page(Self.address($0))
            }
            #expect(result == .unknown(reason: reason), "\(name)")
        }
        let result = try await ChatLab.attempt(at: ChatLab.truncated, DiscordChannel.init) {
            ChatLab.page(Self.address($0))
        }
        #expect(result == .unknown(reason: "the answer broke off"))
    }

    // MARK: Checks

    @Test(arguments: [
        "https://discord.com/api/webhooks/1/x", "https://discordapp.com/api/webhooks/1/x",
        "https://ptb.discord.com/api/webhooks/1/x", "https://canary.discord.com/api/v10/webhooks/1/x?thread_id=2",
        "http://gateway.example.com/discord/webhooks/1/x",
    ])
    func `a webhook is a destination`(destination: String) throws {
        try DiscordChannel.check(destination: destination, secret: nil)
    }

    @Test(arguments: [
        "", "discord.com/api/webhooks/1/CANARY", "https://discord.com/api/webhooks/1",
        "https://discord.com/api/webhooks/1/", "https://discord.com/channels/1/CANARY",
        "https://discord.com/api/webhooks/1/CANARY/slack", "https://discord.com/api/webhooks/1/CANARY/github",
        "https://example.com/?/webhooks/1/CANARY", "http://discord.com/api/webhooks/1/CANARY",
        "http://ptb.discord.com/api/webhooks/1/CANARY", "https://discord.com/api/webhooks/1/CANARY x",
    ])
    func `another address is refused without being repeated`(destination: String) {
        let fault = #expect(throws: InputFault.self) {
            try DiscordChannel.check(destination: destination, secret: nil)
        }
        #expect(fault?.place == "destination")
        #expect(fault?.reason.contains("CANARY") == false)
    }

    @Test func `the far end is named without the key`() throws {
        let channel = DiscordChannel(try ChatLab.client(443))
        #expect(channel.farEnd(of: "https://discord.com/api/webhooks/1/CANARY") == "https://discord.com:443")
        #expect(channel.farEnd(of: "CANARY") == "discord")
    }
}
