import Chronology
import Delivery
import Notation
import Testing

/// What a bot says, and what it hears.
@Suite(.serialized) struct TelegramChannelTests {
    private static func account(_ port: Int) -> ChannelAccount {
        ChannelAccount(
            settings: ["apiBase": "http://127.0.0.1:\(port)"], secrets: ["token": Secret("123456:AAF_token-x")])
    }

    private static func attempt(
        _ status: Int = 200, _ answer: String = #"{"ok":true,"result":{"message_id":7}}"#,
        _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, json: JSON) {
        let server = try await ChatFarEnd(status, answer)
        let result = await TelegramChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page("4711", account(server.port), change), now: ChatLab.now)
        try await server.stop()
        return (result, try server.only.json)
    }

    /// One asking, what it came to, and what was sent besides.
    private static func listen(
        _ answer: String, cursor: String? = nil, status: Int = 200
    ) async throws -> (found: PolledChannelAnswer, asked: JSON, sent: [ChatFarEnd.Request]) {
        let server = try await ChatFarEnd(status, answer)
        let found = await TelegramChannel(try ChatLab.client(server.port)).listen(
            account(server.port), cursor: cursor, receipts: [], now: ChatLab.now)
        try await server.stop()
        let first = try #require(server.requests.first)
        #expect(first.line == "POST /bot123456:AAF_token-x/getUpdates HTTP/1.1")
        return (found, try first.json, Array(server.requests.dropFirst()))
    }

    private static func updates(_ updates: [String]) -> String {
        #"{"ok":true,"result":["# + updates.joined(separator: ",") + "]}"
    }

    private static func press(_ number: String, _ data: String = "ack:dlv_1") -> String {
        let id = "q" + number.filter(\.isNumber)
        return #"{"update_id":\#(number),"callback_query":{"id":"\#(id)","from":{"id":4711},"data":"\#(data)"}}"#
    }

    private static func message(_ number: Int, _ text: String, chat: Int = 4711) -> String {
        #"{"update_id":\#(number),"message":{"message_id":1,"chat":{"id":\#(chat)},"text":"\#(text)"}}"#
    }

    private static let pressed = Said.acknowledge(.reference("dlv_1", from: "4711"))

    // MARK: What is sent

    /// Telegram counts what is left when the markup has been read.
    private static func units(_ json: JSON) -> Int {
        (json["text"]?.string ?? "").replacing("<b>", with: "").replacing("</b>", with: "").utf16.count
    }

    @Test(arguments: [10, 98, 1_500, 2_900])
    func `a long text beside a long link has at most 4096 units, and the link stays whole`(count: Int) async throws {
        let address = "http://tocsin/" + String(repeating: "x", count: count)
        let (result, json) = try await Self.attempt { message in
            message.subject = String(repeating: "\u{1f525}", count: 400)
            message.text = String(repeating: "w\u{1f525} ", count: 2_000)
            message.links = [.init(label: "Details", address: address)]
        }
        #expect(result == .accepted(detail: "Telegram has it", receipt: "4711:7"))
        #expect((4_000...4_096).contains(Self.units(json)))
        #expect(json["text"]?.string?.hasSuffix("…\n\(address)") == true)
    }

    @Test func `a link that leaves no room is left out`() async throws {
        let (_, json) = try await Self.attempt { message in
            message.text = String(repeating: "w ", count: 3_000)
            message.links = [.init(label: "Details", address: "http://tocsin/" + String(repeating: "x", count: 5_000))]
        }
        #expect((4_000...4_096).contains(Self.units(json)))
        #expect(json["text"]?.string?.contains("http://") == false)
    }

    @Test(
        arguments: [
            (
                "Bad Request: message is not modified: specified new message content and reply markup are exactly the same",
                .accepted(detail: "it was changed before", receipt: nil)
            ),
            (
                "Bad Request: message to edit not found",
                .accepted(detail: "there is no message any more that could be changed", receipt: nil)
            ),
            (
                "Bad Request: message can't be edited",
                .accepted(detail: "there is no message any more that could be changed", receipt: nil)
            ),
            (
                "Bad Request: can't parse entities: unsupported start tag",
                .permanent(reason: "HTTP 400: the far end refused the message")
            ),
            ("Bad Request: chat not found", .permanent(reason: "HTTP 400: the far end refused the message")),
            ("", .permanent(reason: "HTTP 400: the far end refused the message")),
        ] as [(String, AttemptResult)])
    func `an edit that was refused is done only where there is nothing to edit`(
        description: String, expected: AttemptResult
    ) async throws {
        let answer: JSON = ["ok": false, "error_code": 400, "description": .string(description)]
        let (result, _) = try await Self.attempt(400, answer.text) { message in
            message.purpose = .settled
            message.earlier = "4711:7"
        }
        #expect(result == expected)
    }

    @Test func `an answer that is not Telegram's is no success`() async throws {
        #expect(
            try await Self.attempt(200, "<html>Sign in</html>").result
                == .unknown(reason: "HTTP 200 without an answer of Telegram in it"))
    }

    // MARK: What is heard

    @Test func `what was pressed is heard, and the next asking begins behind it`() async throws {
        let (found, asked, sent) = try await Self.listen(
            Self.updates([Self.press("7"), Self.press("8", "esc:dlv_2"), Self.press("9", "other")]), cursor: "5")
        #expect(
            found
                == PolledChannelAnswer(
                    said: [Self.pressed, .escalate(.reference("dlv_2", from: "4711"))], cursor: "10"))
        #expect(
            asked == [
                "offset": 5, "limit": 20, "timeout": 8, "allowed_updates": ["callback_query", "message"],
            ])
        let answered = try sent.map { try $0.json["callback_query_id"]?.string ?? "" }
        #expect(answered.sorted() == ["q7", "q8", "q9"])
    }

    @Test func `three very long messages do not keep a button from being heard`() async throws {
        let long = String(repeating: "\\ud83d\\udd25", count: 4_096)
        let (found, _, _) = try await Self.listen(
            Self.updates((1...3).map { Self.message($0, long) } + [Self.press("4")]))
        #expect(found == PolledChannelAnswer(said: [Self.pressed], cursor: "5"))
    }

    @Test func `of an answer that is too long the beginning is heard, and the rest asked for again`() async throws {
        let long = String(repeating: "x", count: 100_000)
        let (found, _, _) = try await Self.listen(
            Self.updates([Self.press("1")] + (2...4).map { Self.message($0, long) } + [Self.press("5")]))
        #expect(found == PolledChannelAnswer(said: [Self.pressed], cursor: "4"))
    }

    @Test func `an update that is too long by itself is stepped over`() async throws {
        let long = String(repeating: "x", count: 300_000)
        let (found, _, _) = try await Self.listen(
            Self.updates([Self.message(41, long), Self.press("42")]), cursor: "41")
        #expect(found == PolledChannelAnswer(cursor: "42"))
    }

    @Test(arguments: [#"{"update_id":1,"x":"\ud83d"}"#, #"{"update_id": 1,"x":}"#, #"{"update_id":1"#])
    func `an update that cannot be read is stepped over, and those around it are heard`(broken: String) async throws {
        let (found, _, _) = try await Self.listen(Self.updates([Self.press("0"), broken, Self.press("2")]))
        #expect(found == PolledChannelAnswer(said: [Self.pressed, Self.pressed], cursor: "3"))
    }

    @Test(arguments: ["9223372036854775807", "-1", "99999999999999999999", "1.5", "\"7\"", "null"])
    func `an update without a number that others can follow is refused`(number: String) async throws {
        let (found, _, sent) = try await Self.listen(
            Self.updates([Self.press("7"), Self.press(number, "esc:dlv_2")]))
        #expect(
            found
                == PolledChannelAnswer(
                    said: [Self.pressed], cursor: "8", fault: "an update has no number that others can follow"))
        #expect(sent.count == 1)
    }

    @Test func `the next asking never begins before the last`() async throws {
        let (found, _, _) = try await Self.listen(Self.updates([Self.press("3")]), cursor: "9")
        #expect(found.cursor == "9")
    }

    @Test(
        arguments: [
            (409, #"{"ok":false,"error_code":409}"#, "another program reads this bot's updates"),
            (401, #"{"ok":false,"error_code":401}"#, "HTTP 401"), (200, "<html></html>", "HTTP 200"),
            (502, "", "HTTP 502"),
            (200, #"{"ok":false,"result":[{"update_id":1}]}"#, "HTTP 200"),
        ])
    func `an answer that holds no updates moves nothing`(status: Int, answer: String, fault: String) async throws {
        let (found, _, _) = try await Self.listen(answer, cursor: "5", status: status)
        #expect(found == PolledChannelAnswer(cursor: "5", fault: fault))
    }

    @Test(arguments: ["/start", "/start hello", "/start@tocsin_bot", " /start\\n"])
    func `whoever starts the bot is told the chat's id`(text: String) async throws {
        let (found, _, sent) = try await Self.listen(
            Self.updates([Self.message(1, text), Self.message(2, text)]))
        #expect(found == PolledChannelAnswer(cursor: "3"))
        let request = try #require(sent.first)
        #expect(sent.count == 1, "a chat is answered once an asking")
        #expect(request.line == "POST /bot123456:AAF_token-x/sendMessage HTTP/1.1")
        #expect(
            try request.json == [
                "chat_id": 4711,
                "text": .string(
                    "The id of this chat is 4711. Enter it in Tocsin as a way to be reached by Telegram, "
                        + "and pages for you arrive here."),
            ])
    }

    @Test func `a group is told its id`() async throws {
        let (_, _, sent) = try await Self.listen(Self.updates([Self.message(1, "/start", chat: -100_123)]))
        let text = try #require(sent.first).json["text"]?.string ?? ""
        #expect(text.hasPrefix("The id of this chat is -100123.") && text.contains("pages for this group"))
    }

    @Test(arguments: ["start", "/started", "please /start", "", "/stop"])
    func `other words are not answered`(text: String) async throws {
        let (found, _, sent) = try await Self.listen(Self.updates([Self.message(1, text)]))
        #expect(found == PolledChannelAnswer(cursor: "2"))
        #expect(sent.isEmpty)
    }
}
