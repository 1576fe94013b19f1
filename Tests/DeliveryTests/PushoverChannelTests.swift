import Chronology
import Delivery
import Notation
import Testing

/// What Pushover is sent, within what it takes, and how its receipts are asked for.
@Suite(.serialized) struct PushoverChannelTests {
    private static let user = String(repeating: "u", count: 30)
    private static let accepted = #"{"status":1,"request":"r","receipt":"rcpt1"}"#

    private static func account(_ port: Int) -> ChannelAccount {
        ChannelAccount(settings: ["apiBase": "http://127.0.0.1:\(port)"], secrets: ["token": Secret("app")])
    }

    private static func attempt(
        _ status: Int = 200, _ answer: String = accepted, _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, form: [String: String]) {
        let server = try await ChatFarEnd(status, answer)
        let result = await PushoverChannel(try ChatLab.client(server.port)).attempt(
            ChatLab.page(user, account(server.port), change), now: ChatLab.now)
        try await server.stop()
        let fields = FormText.decode(try server.only.body) ?? []
        return (result, Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) }))
    }

    // MARK: What is sent

    @Test func `an urgent page is an emergency`() async throws {
        let (result, form) = try await Self.attempt()
        #expect(result == .accepted(detail: "HTTP 200", receipt: "rcpt1"))
        #expect(
            form == [
                "token": "app", "user": Self.user, "title": "[SEV1] INC-7 Disk full",
                "message": "SEV1: Disk full\nService: db", "timestamp": "1731705100",
                "url": "https://tocsin.example.com/incidents/INC-7", "url_title": "Details", "priority": "2",
                "retry": "60", "expire": "3600",
            ])
    }

    @Test(arguments: [("", "Disk full", "Disk full"), (" \r\n\t", "Disk full", "Disk full"), ("", " \n ", "Tocsin")])
    func `a text is never empty`(text: String, subject: String, expected: String) async throws {
        let (_, form) = try await Self.attempt { message in
            message.text = text
            message.subject = subject
        }
        #expect(form["message"] == expected)
        #expect(form["title"] == (expected == "Tocsin" ? nil : subject))
    }

    @Test(arguments: ["x", "\u{1f525}", "a\u{301}\u{302}\u{303}"])
    func `a text has at most 1024 characters and a title 250`(sign: String) async throws {
        let (_, form) = try await Self.attempt { message in
            message.text = String(repeating: sign, count: 2_000)
            message.subject = String(repeating: sign, count: 600)
            message.links[1].label = String(repeating: sign, count: 600)
        }
        for (name, most) in [("message", 1_024), ("title", 250), ("url_title", 100)] {
            let text = try #require(form[name])
            #expect((most - 4...most).contains(text.unicodeScalars.count), "\(name)")
            #expect(text == String(repeating: sign, count: text.count - 1) + "…", "\(name): no character is cut")
        }
    }

    @Test(arguments: [
        // Characters of the link, whether it is one, whether it stands in the text, characters of the text.
        (512, 5, true, false), (513, 5, false, true), (513, 2_000, false, true), (767, 2_000, false, true),
        (768, 2_000, false, false), (1_000, 10, false, true), (1_018, 10, false, false), (5_000, 5, false, false),
    ])
    func `a link that is too long stands in the text where it fits`(
        count: Int, words: Int, isLink: Bool, isText: Bool
    ) async throws {
        let address = "https://t.example/" + String(repeating: "x", count: count - 18)
        let (_, form) = try await Self.attempt { message in
            message.text = String(repeating: "w", count: words)
            message.links = [.init(label: "Details", address: address)]
            message.acknowledgement = nil
        }
        #expect(form["url"] == (isLink ? address : nil))
        #expect(form["url_title"] == (isLink ? "Details" : nil))
        let text = try #require(form["message"])
        #expect(text.hasSuffix("\n\(address)") == isText)
        #expect(text.contains("https") == isText, "no part of a link")
        #expect(text.hasPrefix("wwwww") && text.unicodeScalars.count <= 1_024)
    }

    @Test(
        arguments: [
            (200, #"{"status":0,"errors":["x"]}"#, .permanent(reason: "HTTP 200: Pushover refused the message")),
            (200, "{}", .unknown(reason: "HTTP 200 without an answer of Pushover in it")),
            (200, "<html></html>", .unknown(reason: "HTTP 200 without an answer of Pushover in it")),
            (200, #"{"status":1}"#, .accepted(detail: "HTTP 200", receipt: nil)),
            (400, #"{"status":0}"#, .permanent(reason: "HTTP 400: the far end refused the message")),
            (500, "", .transient(reason: "HTTP 500", retryAfter: nil)),
        ] as [(Int, String, AttemptResult)])
    func `only an answer that says so is a success`(
        status: Int, answer: String, expected: AttemptResult
    ) async throws {
        #expect(try await Self.attempt(status, answer).result == expected)
        let (settled, _) = try await Self.attempt(status, answer) { message in
            message.purpose = .settled
            message.earlier = "rcpt1"
        }
        #expect(settled == expected)
    }

    @Test func `that a message arrived is never known`() {
        #expect(PushoverChannel.descriptor.receipts == .relay)
    }

    // MARK: Receipts

    /// Askings one after the other, each so many seconds after the first, and the receipts that each asked for.
    private static func listen(
        _ status: Int, _ answer: String, receipts: [String], patience: Duration = .seconds(20), at seconds: [Int64]
    ) async throws -> (found: [PolledChannelAnswer], asked: [[String]]) {
        let server = try await ChatFarEnd(status, answer)
        let channel = PushoverChannel(try ChatLab.client(server.port), patience: patience)
        var found: [PolledChannelAnswer] = []
        var asked: [[String]] = []
        for second in seconds {
            let before = server.requests.count
            found.append(
                await channel.listen(
                    account(server.port), cursor: found.last?.cursor, receipts: receipts,
                    now: ChatLab.now + .seconds(second)))
            asked.append(
                server.requests.dropFirst(before).map { request in
                    let path = request.line.split(separator: " ")[1]
                    #expect(path.hasPrefix("/1/receipts/") && path.hasSuffix(".json?token=app"))
                    return String(path.dropFirst(12).prefix { $0 != "." })
                })
        }
        try await server.stop()
        return (found, asked)
    }

    private static let waiting = #"{"status":1,"acknowledged":0}"#

    @Test(
        arguments: [
            (200, #"{"status":1,"acknowledged":1}"#, [.acknowledge(.receipt("a")), .acknowledge(.receipt("b"))]),
            (200, waiting, []), (200, #"{"status":0,"acknowledged":1}"#, []), (200, "", []),
            (404, #"{"status":0,"receipt":"not found"}"#, []), (400, #"{"status":0,"receipt":"invalid"}"#, []),
        ] as [(Int, String, [Said])])
    func `every receipt is asked for, and one that can no longer be is nobody's fault`(
        status: Int, answer: String, said: [Said]
    ) async throws {
        let (found, asked) = try await Self.listen(status, answer, receipts: ["a", "no/word", "b"], at: [0])
        #expect(asked == [["a", "b"]])
        #expect(found[0].said == said && found[0].fault == nil)
    }

    @Test func `a receipt is asked for no more often than every 5 seconds, whoever asks`() async throws {
        let (found, asked) = try await Self.listen(200, Self.waiting, receipts: ["a"], at: [0, 1, 4, 60, 64, 120])
        #expect(asked == [["a"], [], [], ["a"], [], ["a"]])
        #expect(found[1] == PolledChannelAnswer(cursor: found[0].cursor))
    }

    @Test func `a clock that was set back does not silence the channel`() async throws {
        let (_, asked) = try await Self.listen(200, Self.waiting, receipts: ["a"], at: [0, -3_600])
        #expect(asked == [["a"], ["a"]])
    }

    @Test func `an asking whose time is over goes on with the next receipt another time`() async throws {
        let (_, asked) = try await Self.listen(
            200, Self.waiting, receipts: ["a", "b", "c"], patience: .zero, at: [0, 60, 120, 180])
        #expect(asked == [["a"], ["b"], ["c"], ["a"]])
    }

    @Test func `more receipts than one asking takes have their turn`() async throws {
        let receipts = (0..<30).map { "r\($0)" }
        let (_, asked) = try await Self.listen(200, Self.waiting, receipts: receipts, at: [0, 60])
        #expect(asked == [Array(receipts[..<20]), Array(receipts[20...] + receipts[..<10])])
    }

    @Test(arguments: [(401, "HTTP 401"), (429, "HTTP 429"), (503, "HTTP 503")])
    func `an account that is refused is not tried with the other receipts`(
        status: Int, fault: String
    ) async throws {
        let (found, asked) = try await Self.listen(status, "{}", receipts: ["a", "b"], at: [0, 60])
        #expect(asked == [["a"], ["b"]])
        #expect(found.map(\.fault) == [fault, fault])
    }

    @Test func `a far end that is silent is waited for once an asking`() async throws {
        let server = try await WebServerDouble(.closeAfterRequest)
        let found = await PushoverChannel(try ChatLab.client(server.port)).listen(
            Self.account(server.port), cursor: nil, receipts: ["a", "b", "c"], now: ChatLab.now)
        try await server.stop()
        #expect(server.requests.count == 1)
        #expect(found.fault == "127.0.0.1: the connection was closed without an answer")
    }

    @Test func `nothing to ask for keeps what the last asking knew`() async throws {
        let channel = PushoverChannel(try ChatLab.client(1))
        #expect(
            await channel.listen(Self.account(1), cursor: "1.a", receipts: [], now: ChatLab.now)
                == PolledChannelAnswer(cursor: "1.a"))
    }
}
