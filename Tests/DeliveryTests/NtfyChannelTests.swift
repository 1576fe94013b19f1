import Chronology
import Delivery
import Notation
import Testing

/// What a topic is sent, within what ntfy takes.
@Suite(.serialized) struct NtfyChannelTests {
    private static func attempt(
        _ status: Int = 200, _ answer: String = #"{"id":"hwQ2YpKdmg","event":"message"}"#,
        _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, request: ChatFarEnd.Request) {
        let server = try await ChatFarEnd(status, answer)
        let result = await NtfyChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page("http://127.0.0.1:\(server.port)/my-topic", ChannelAccount(), change), now: ChatLab.now)
        try await server.stop()
        return (result, try server.only)
    }

    @Test func `a page is published with its buttons`() async throws {
        let (result, request) = try await Self.attempt()
        #expect(result == .accepted(detail: "HTTP 200", receipt: "hwQ2YpKdmg"))
        #expect(request.line == "POST / HTTP/1.1")
        #expect(
            try request.json == [
                "topic": "my-topic", "title": "[SEV1] INC-7 Disk full", "message": "SEV1: Disk full\nService: db",
                "priority": 5, "tags": ["rotating_light"], "click": "https://tocsin.example.com/incidents/INC-7",
                "actions": [
                    [
                        "action": "http", "label": "Acknowledge", "url": "https://tocsin.example.com/ack/T0K/now",
                        "method": "POST", "clear": true,
                    ],
                    ["action": "view", "label": "Open", "url": "https://tocsin.example.com/incidents/INC-7"],
                ],
            ])
    }

    @Test(arguments: ["x", "ü", "\u{1f525}", "\"", "\u{1}", "\\", "a\u{301}\u{302}"])
    func `a message has fewer than 4096 bytes and the document fewer than 8192`(sign: String) async throws {
        let (result, request) = try await Self.attempt { message in
            message.subject = String(repeating: sign, count: 1_000)
            message.text = String(repeating: sign, count: 9_000)
        }
        #expect(result == .accepted(detail: "HTTP 200", receipt: "hwQ2YpKdmg"))
        let text = try #require(request.json["message"]?.string)
        #expect((1_000...4_095).contains(text.utf8.count))
        #expect(text == String(repeating: sign, count: text.count - 1) + "…", "no character is cut")
        #expect((4_000...8_191).contains(request.body.count))
    }

    @Test func `a message of 4095 bytes is whole, and one of 4096 is not`() async throws {
        for (count, end) in [(4_095, "x"), (4_096, "…")] {
            let (_, request) = try await Self.attempt { $0.text = String(repeating: "x", count: count) }
            let text = try #require(request.json["message"]?.string)
            #expect(text.utf8.count == 4_095 && text.hasSuffix(end))
        }
    }

    @Test func `addresses that leave no room are left out, and the message is sent`() async throws {
        let (_, request) = try await Self.attempt { message in
            message.links[1].address += String(repeating: "x", count: 3_000)
            message.text = String(repeating: "\"", count: 9_000)
        }
        let json = try request.json
        #expect(request.body.count <= 8_191)
        #expect(json["click"] == nil)
        #expect(json["actions"]?.array?.map { $0["label"]?.string } == ["Acknowledge"])
    }

    @Test func `a shared room gets no button that would take the page`() async throws {
        let (_, request) = try await Self.attempt { message in
            message.links = [message.links[1]]
            let details = message.links[0].address
            message.acknowledgement = .init(link: details, action: details, reference: "dlv_01", code: "4711")
        }
        #expect(
            try request.json["actions"] == [
                ["action": "view", "label": "Open", "url": "https://tocsin.example.com/incidents/INC-7"]
            ])
    }

    @Test(arguments: ["", "<html>Sign in</html>", "{}", #"{"id":""}"#, #"{"error":"x"}"#])
    func `an answer without the message's id is no success`(answer: String) async throws {
        #expect(
            try await Self.attempt(200, answer).result
                == .unknown(reason: "HTTP 200 without an answer of ntfy in it"))
    }

    @Test func `a refusal is judged by its status`() async throws {
        #expect(
            try await Self.attempt(429, #"{"code":42901}"#).result == .transient(reason: "HTTP 429", retryAfter: nil))
        #expect(
            try await Self.attempt(400, #"{"code":40024,"id":"x"}"#).result
                == .permanent(reason: "HTTP 400: the far end refused the message"))
    }
}
