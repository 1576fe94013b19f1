import Chronology
import Delivery
import Notation
import Testing

/// What Twilio is sent, how its answers are judged, and what it says later.
@Suite(.serialized) struct TwilioProviderTests {
    private static let number = "+4915112345678"
    private static let callback = "https://tocsin.example.com/in/channels/voice/S3CRET"

    private static func account(_ port: Int, callback: String? = callback) -> ChannelAccount {
        ChannelAccount(
            settings: [
                "provider": "twilio", "accountSid": "AC" + String(repeating: "0", count: 32), "from": "+15005550006",
                "apiBase": "http://127.0.0.1:\(port)",
            ],
            secrets: ["authToken": Secret("12345")], callback: callback)
    }

    private static func attempt(
        _ kind: String, _ status: Int = 201, _ answer: String = #"{"sid":"CA1"}"#,
        _ change: (inout OutgoingMessage) -> Void = { _ in }
    ) async throws -> (result: AttemptResult, form: [String: String]) {
        let server = try await ChatFarEnd(status, answer)
        let client = try ChatLab.client(server.port)
        let channel: any Delivery.Channel = kind == "sms" ? SMSChannel(client) : VoiceChannel(client)
        let result = await channel.attempt(ChatLab.page(number, account(server.port), change), now: ChatLab.now)
        try await server.stop()
        let fields = FormText.decode(try server.only.body) ?? []
        return (result, Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) }))
    }

    private static func said(_ path: String, _ fields: [(name: String, value: String)]) throws -> [Said] {
        try SMSChannel.read(signed(path, fields))
    }

    /// A call of Twilio's.
    private static func signed(_ path: String, _ fields: [(name: String, value: String)]) -> InboundCall {
        let url = "\(callback)/\(path)"
        let name = path.split(separator: "?").first.map(String.init) ?? path
        return InboundCall(
            method: "POST", url: url, path: name,
            headers: [("X-Twilio-Signature", TwilioSignature(Secret("12345")).make(of: url, fields))],
            body: Array(FormText.encode(fields).utf8), account: account(1), now: .epoch)
    }

    // MARK: What is said

    private static func units(_ document: String?) -> Int { document?.utf16.count ?? 0 }

    @Test(arguments: [
        String(repeating: "\"&\" ", count: 200), String(repeating: "\"", count: 500),
        String(repeating: "a" + String(repeating: "\u{301}", count: 40), count: 400),
        String(repeating: "\u{1f525} ", count: 400),
    ])
    func `the document of a call has at most 4000 characters with its escapes`(subject: String) async throws {
        for purpose in [OutgoingMessage.Purpose.page, .news] {
            let (result, form) = try await Self.attempt("voice") { message in
                message.subject = subject
                message.purpose = purpose
            }
            #expect(result == .accepted(detail: "Twilio has it", receipt: "CA1"))
            let document = try #require(form["Twiml"])
            #expect((1_000...4_000).contains(Self.units(document)))
            #expect(document.hasPrefix("<Response>") && document.hasSuffix("</Response>"))
            #expect(document.contains("…</Say>"), "that something is left out is said")
        }
    }

    @Test func `what a call leaves out begins with a word, and no escape is cut`() async throws {
        let (_, form) = try await Self.attempt("voice") { message in
            message.subject = String(repeating: "<burning> ", count: 200)
        }
        let document = try #require(form["Twiml"])
        let said = document.split(separator: "<Say>").dropFirst().first?.split(separator: "</Say>").first ?? ""
        #expect(said.hasPrefix("This is Tocsin. &lt;burning&gt; &lt;burning&gt;"))
        #expect(said.hasSuffix(" &lt;burning&gt;…"))
    }

    @Test func `what fits is said whole, twice, and asks for a key`() async throws {
        let (_, form) = try await Self.attempt("voice") { $0.subject = "Disk <full> & burning" }
        let keys = "<Say>Press 4 to acknowledge. Press 5 to ask the next person for help.</Say>"
        let said = "<Say>This is Tocsin. Disk &lt;full&gt; &amp; burning</Say>"
        #expect(
            form["Twiml"]
                == "<Response><Gather action=\"\(Self.callback)/digit?reference=dlv_01\" method=\"POST\" numDigits=\"1\" "
                + "timeout=\"8\" input=\"dtmf\">\(said)\(keys)<Pause length=\"1\"/>\(said)\(keys)</Gather>"
                + "<Say>No key was pressed. Goodbye.</Say></Response>")
    }

    @Test func `what XML cannot hold is left out, and a bracket under an accent is no markup`() async throws {
        let (_, form) = try await Self.attempt("voice") { message in
            message.subject = "a\u{0}b\u{8}c\u{b}d\u{1b}[31me\u{fffe}f\u{ffff}g <\u{301}Dial>"
        }
        let document = try #require(form["Twiml"])
        #expect(document.contains("<Say>This is Tocsin. abcd[31mefg &lt;\u{301}Dial&gt;</Say>"))
        let answer = VoiceChannel.response(to: Self.signed("digit?reference=r", []), outcome: "Acknowledged: a\u{1}b")
        #expect(answer.body == "<Response><Say>Acknowledged: ab</Say><Hangup/></Response>")
    }

    @Test(arguments: ["123456", "123 456", "123-456\n"])
    func `a code is read digit by digit`(code: String) async throws {
        let (_, form) = try await Self.attempt("voice") { message in
            message.purpose = .verification
            message.text = code
        }
        let said = "<Say>Your code is 1, 2, 3, 4, 5, 6.</Say>"
        #expect(form["Twiml"] == "<Response>\(said)<Pause length=\"1\"/>\(said)</Response>")
    }

    // MARK: Answers

    @Test(
        arguments: [
            (400, 21_611, .transient(reason: "Twilio 21611: too many messages wait to be sent", retryAfter: nil)),
            (429, 20_429, .transient(reason: "Twilio 20429: too many requests", retryAfter: nil)),
            (400, 21_610, .permanent(reason: "Twilio 21610: the receiver asked for no more messages")),
            (400, 21_211, .permanent(reason: "Twilio 21211: it is no number that can be reached")),
            (400, 21_999, .permanent(reason: "Twilio 21999")),
        ] as [(Int, Int, AttemptResult)])
    func `an error of Twilio's is judged by its number`(status: Int, code: Int, expected: AttemptResult) async throws {
        let body = #"{"code":\#(code),"message":"<secret>","status":\#(status)}"#
        #expect(try await Self.attempt("sms", status, body).result == expected)
    }

    // MARK: What is said later

    @Test func `a receiver who opted out is gone, and the message did not arrive`() throws {
        let gone = Said.gone(destination: Self.number, reason: "the receiver asked for no more messages")
        let undelivered = Said.undelivered(.reference("dlv_1", from: nil), reason: "Twilio 21610")
        func said(_ path: String, _ status: String, _ code: String, to: String = Self.number) throws -> [Said] {
            try Self.said(
                path, [("MessageSid", "SM1"), ("MessageStatus", status), ("ErrorCode", code), ("To", to)])
        }
        #expect(try said("status?reference=dlv_1", "failed", "21610") == [undelivered, gone])
        #expect(try said("status?reference=dlv_1", "undelivered", "21610") == [undelivered, gone])
        #expect(try said("status?reference=dlv_1", "failed", "21610", to: "whatsapp:x") == [undelivered])
        #expect(
            try said("status?reference=dlv_1", "undelivered", "30005")
                == [.undelivered(.reference("dlv_1", from: nil), reason: "Twilio 30005")])
        #expect(
            try said("status", "failed", "21610") == [.undelivered(.receipt("SM1"), reason: "Twilio 21610"), gone])
    }

    @Test(arguments: ["STOP", "stopall", "Unsubscribe", "REVOKE", " optout "])
    func `a word that means nothing but no more messages switches the number off`(word: String) throws {
        #expect(
            try Self.said("reply", [("From", Self.number), ("Body", word)])
                == [.gone(destination: Self.number, reason: "the receiver asked for no more messages")])
    }

    @Test(arguments: ["CANCEL", "end", "Quit", "stop 1234", "CANCEL 1234", "please stop"])
    func `a word that may be about the page neither answers it nor switches the number off`(word: String) throws {
        #expect(
            try Self.said("reply", [("From", Self.number), ("Body", word)])
                == [.unclear(from: Self.number, words: word)])
    }

    @Test func `Twilio's own word that somebody opted out is believed, whatever they wrote`() throws {
        #expect(
            try Self.said("reply", [("From", Self.number), ("Body", "CANCEL"), ("OptOutType", "STOP")])
                == [.gone(destination: Self.number, reason: "the receiver asked for no more messages")])
        #expect(
            try Self.said("reply", [("From", Self.number), ("Body", "ack"), ("OptOutType", "HELP")])
                == [.acknowledge(.only(from: Self.number))])
    }

    // MARK: Wrong keys

    @Test func `a wrong key is asked for again two times, and then the call ends`() throws {
        var path = "digit?reference=dlv_1"
        var documents: [String] = []
        for _ in 0..<3 {
            let call = Self.signed(path, [("Digits", "9"), ("CallSid", "CA1")])
            #expect(try VoiceChannel.read(call) == [])
            let document = VoiceChannel.response(to: call, outcome: nil).body
            documents.append(document)
            // Where the next key goes.
            guard let action = document.split(separator: "\"").first(where: { $0.contains("/digit?") }) else { break }
            path = String(action.replacing("&amp;", with: "&").dropFirst(Self.callback.count + 1))
        }
        try #require(documents.count == 3)
        for (number, document) in documents.prefix(2).enumerated() {
            #expect(
                document
                    == "<Response><Gather action=\"\(Self.callback)/digit?reference=dlv_1&amp;again=\(number + 1)\" "
                    + "method=\"POST\" numDigits=\"1\" timeout=\"8\" input=\"dtmf\"><Say>That key means nothing.</Say>"
                    + "<Say>Press 4 to acknowledge. Press 5 to ask the next person for help.</Say></Gather>"
                    + "<Say>No key was pressed. Goodbye.</Say></Response>")
        }
        #expect(documents[2] == "<Response><Say>That key means nothing. Goodbye.</Say><Hangup/></Response>")
        let right = Self.signed("digit?reference=dlv_1&again=2", [("Digits", "4")])
        #expect(try VoiceChannel.read(right) == [.acknowledge(.reference("dlv_1", from: nil))])
    }

    @Test(arguments: ["again=2", "again=99", "again=-1", "again=x", "again=", "again=1&reference=%3C"])
    func `a call is not asked again by an address that Tocsin did not make`(query: String) {
        let path = query.contains("reference") ? "digit?\(query)" : "digit?reference=dlv_1&\(query)"
        #expect(
            VoiceChannel.response(to: Self.signed(path, []), outcome: nil).body
                == "<Response><Say>That key means nothing. Goodbye.</Say><Hangup/></Response>")
    }
}
