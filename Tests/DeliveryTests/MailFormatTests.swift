import Chronology
import Delivery
import Notation
import Testing

/// S37, F20: whatever is in a message, what is sent is one well-formed mail to one recipient.
@Suite struct MailFormatTests {
    private static let hostile = [
        "", ".", "..", ".\r\n.\r\n", "\r\n.\r\nMAIL FROM:<x@y>\r\n", "\n.\n", "\r.\r", "a\rb", "a\nb", "a\u{0}b",
        "tail \t ", "=", "=_x",
        "=?UTF-8?Q?x?=", "Subject: x\r\nBcc: eve@example.com", "\r\n\r\nbody", "\u{202e}gnp.exe",
        "\u{2028}\u{2029}\u{85}", "\u{feff}x",
        "Größe 大きい 🔥🔥🔥", String(repeating: "ä", count: 3_000), String(repeating: "x", count: 3_000),
        "--=_tocsin_alternative_=--\r\n",
        "From here", "e\u{301}\u{301}\u{301}", String(repeating: "a ", count: 400), "\u{1b}[2J",
        "<script>&\"'</script>",
    ]

    private func sent(_ messages: [OutgoingMessage]) async throws -> [String] {
        let server = try await MailServerDouble()
        let settings = try SMTPSettings(
            host: "127.0.0.1", port: server.port, security: .insecurePlain, from: "tocsin@ops.example.com")
        let channel = try SMTPChannel(settings)
        for message in messages {
            #expect(
                await channel.attempt(message, now: .epoch)
                    == .accepted(detail: "250 2.0.0 taken as 4711", receipt: nil))
        }
        // What a session begins with, and the question between two mails, are not what is asked here.
        let commands = server.lines.map(\.text).filter { !$0.hasPrefix("EHLO") && !["QUIT", "RSET"].contains($0) }
        let usual = ["MAIL FROM:<tocsin@ops.example.com>", "RCPT TO:<ada@example.com>", "DATA"]
        #expect(commands == Array(repeating: usual, count: messages.count).flatMap { $0 })
        try await server.stop()
        return server.messages
    }

    private static func message(_ number: Int, subject: String, text: String, html: String? = nil) -> OutgoingMessage {
        OutgoingMessage(
            id: "dlv_\(number)", destination: "ada@example.com", thread: "pag", subject: subject, text: text,
            html: html,
            type: "page.opened", created: .epoch)
    }

    @Test func `no text can end a message, add a header or break a line rule`() async throws {
        var random = Seeded(seed: 20_261_121)
        var messages: [OutgoingMessage] = []
        for (number, text) in Self.hostile.enumerated() {
            messages.append(Self.message(number, subject: text, text: text, html: number % 2 == 0 ? text : nil))
        }
        for number in 0..<40 {
            let text = (0..<6).map { _ in Self.hostile[Int(random.next() % UInt64(Self.hostile.count))] }.joined()
            messages.append(Self.message(1_000 + number, subject: text, text: text, html: text))
        }
        let mails = try await sent(messages)
        #expect(mails.count == messages.count)
        for (mail, message) in zip(mails, messages) {
            let lines = mail.utf8.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast()
            #expect(
                lines.allSatisfy { $0.last == 0x0d && !$0.dropLast().contains(0x0d) && $0.count <= 79 }, "\(message.id)"
            )
            #expect(
                mail.utf8.allSatisfy { (0x20...0x7e).contains($0) || [0x09, 0x0a, 0x0d].contains($0) }, "\(message.id)")
            let read = try ReadMail(mail)
            #expect(
                read.headers.map(\.name) == [
                    "Date", "From", "To", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted",
                    "X-Auto-Response-Suppress", "X-Tocsin-Type", "MIME-Version", "Content-Type",
                ] + (message.html == nil ? ["Content-Transfer-Encoding"] : []), "\(message.id)")
            #expect(read.parts.count == (message.html == nil ? 1 : 2), "\(message.id)")
            // What a subject could not hold is at the top of the text.
            let words = Self.lineBreaks(message.text)
            #expect(
                read.parts.first?.hasSuffix(words.hasSuffix("\n") || words.isEmpty ? words : words + "\n") == true,
                "\(message.id)")
        }
    }

    @Test(arguments: [
        ("Disk full", "Disk full"), ("two\r\nlines", "two lines"), ("\u{0}\u{1}x\u{7f}", "x"), ("a\t\n b", "a b"),
        ("Größe 大きい 🔥", "Größe 大きい 🔥"), ("=?UTF-8?B?aGk=?=", "=?UTF-8?B?aGk=?="), ("", ""),
        ("a\u{202e}b", "a b"), (String(repeating: "ß", count: 300), String(repeating: "ß", count: 300)),
        (String(repeating: "x", count: 600), String(repeating: "x", count: 499) + "…"),
    ])
    func `a subject is read as it was meant`(given: String, read: String) async throws {
        let mail = try ReadMail(try #require(try await sent([Self.message(1, subject: given, text: "t")]).first))
        #expect(mail.header("Subject") == read)
    }

    @Test func `links are in both forms, and only those of the web`() async throws {
        var message = Self.message(1, subject: "s", text: "Text", html: "<html><body><p>Text</p></body></html>")
        message.links = [
            .init(label: "Acknowledge <now>", address: "https://tocsin.example/a?x=1&y=\"2\""),
            .init(label: "Bad", address: "javascript:alert(1)"), .init(label: "Bad", address: "https://x\r\ny"),
        ]
        let mail = try ReadMail(try #require(try await sent([message]).first))
        #expect(
            mail.parts == [
                "Text\n\nAcknowledge <now>: https://tocsin.example/a?x=1&y=\"2\"\n",
                "<html><body><p>Text</p><p><a href=\"https://tocsin.example/a?x=1&amp;y=&quot;2&quot;\">Acknowledge &lt;now&gt;</a></p>\n"
                    + "</body></html>\n",
            ])
    }

    @Test func `messages of one thread name one ancestor and themselves differ`() async throws {
        let mails = try await sent([Self.message(1, subject: "a", text: "a"), Self.message(2, subject: "b", text: "b")])
            .map { try ReadMail($0) }
        #expect(mails.map { $0.header("Message-ID") } == ["<dlv_1@ops.example.com>", "<dlv_2@ops.example.com>"])
        #expect(mails.map { $0.header("References") } == Array(repeating: "<thread.pag@ops.example.com>", count: 2))
        #expect(mails.map { $0.header("In-Reply-To") } == Array(repeating: "<thread.pag@ops.example.com>", count: 2))
    }

    @Test(arguments: [
        "", "ada", "@example.com", "ada@", "ada@example.com\r\nRCPT TO:<eve@example.com>", "ada@example.com ",
        " ada@example.com",
        "ada@example.com,eve@example.com", "ada@exa mple.com", "a\u{0}da@example.com", "ada@@example.com",
        "<ada@example.com>x",
        "ada>@example.com", "a<b@example.com", "\"ada\"@example.com", "\"a b\"@example.com", "ada(x)@example.com",
        ".ada@example.com",
        "ada.@example.com", "a..da@example.com", "ada@-example.com", "ada@example..com", "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "@relay.example,@other.example:ada@example.com", "ada@exämple.com", "ädä@example.com", "ada@example.com SIZE=1",
        "ada@example.com\n",
        "Ada <ada@example.com>", "ada@" + String(repeating: "a", count: 300),
        String(repeating: "a", count: 65) + "@example.com",
    ])
    func `what is not one plain address is refused for good`(address: String) async throws {
        let channel = try SMTPChannel(
            SMTPSettings(host: "127.0.0.1", port: 9, security: .insecurePlain, from: "a@example.com"))
        var message = Self.message(1, subject: "s", text: "t")
        message.destination = address
        #expect(throws: InputFault.self) { try SMTPChannel.check(destination: address, secret: nil) }
        guard case .permanent = await channel.attempt(message, now: .epoch) else {
            Issue.record("\(address.debugDescription) was used")
            return
        }
    }

    @Test(arguments: ["ada@example.com", "o'brien+page=1@ops.example.co.uk", "a.b-c_d@x--y.example", "ADA@EXAMPLE.COM"])
    func `a plain address is taken`(address: String) throws {
        #expect(try MailAddress(address).local == String(address.prefix { $0 != "@" }))
    }

    @Test(arguments: [
        ("Tocsin <t@example.com>", "\"Tocsin\"\r\n <t@example.com>"),
        ("\"On call\" <t@example.com>", "\"On call\"\r\n <t@example.com>"),
        ("t@example.com", "t@example.com"), ("<t@example.com>", "t@example.com"),
        ("Bereitschaft Köln <t@example.com>", "=?UTF-8?B?QmVyZWl0c2NoYWZ0IEvDtmxu?=\r\n <t@example.com>"),
    ])
    func `a sender's name is written safely`(given: String, header: String) async throws {
        let server = try await MailServerDouble()
        let settings = try SMTPSettings(host: "127.0.0.1", port: server.port, security: .insecurePlain, from: given)
        _ = try await SMTPChannel(settings).attempt(Self.message(1, subject: "s", text: "t"), now: .epoch)
        #expect(server.messages.first?.contains("From: \(header)\r\nTo: ") == true)
        try await server.stop()
    }

    @Test func `a text longer than the limit is refused and not cut`() async throws {
        let channel = try SMTPChannel(
            SMTPSettings(host: "127.0.0.1", port: 9, security: .insecurePlain, from: "a@example.com"))
        let message = Self.message(1, subject: "s", text: String(repeating: "x", count: 1_048_577))
        #expect(
            await channel.attempt(message, now: .epoch)
                == .permanent(reason: "the message is longer than 1048576 bytes", by: .tocsin))
    }

    private static func lineBreaks(_ text: String) -> String {
        var result = ""
        for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
            result.unicodeScalars.append(scalar == "\r" ? "\n" : scalar)
        }
        return result
    }
}

/// xorshift64, so that a failure can be repeated from its seed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
        print("seed \(seed)")
    }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
