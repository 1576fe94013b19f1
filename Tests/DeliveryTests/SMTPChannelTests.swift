import Chronology
import Delivery
import Notation
import Testing

/// One after the other: the cases share two cores with everything else, and some of them wait for a limit to pass.
@Suite(.serialized) struct SMTPChannelTests {
    private static let password = Secret("correct horse")
    private static let passwordInBase64 = "Y29ycmVjdCBob3JzZQ=="
    private static let signIn = "AUTH PLAIN AHRvY3NpbgBjb3JyZWN0IGhvcnNl"

    static func message(to destination: String = "ada@example.com", id: String = "dlv_01") -> OutgoingMessage {
        OutgoingMessage(
            id: id, destination: destination, thread: "pag_01", subject: "Disk full on db-1",
            text: "db-1 is full.\n.\n..\nEnd",
            type: "page.opened", created: Instant(seconds: 1_731_705_100))
    }

    static func settings(
        _ port: Int, security: SMTPSettings.Security = .startTLS, signsIn: Bool = true,
        host: String = "relay.lab.example",
        trusts: Bool = true
    ) throws -> SMTPSettings {
        try SMTPSettings(
            host: host, port: port, security: security, username: signsIn ? "tocsin" : nil,
            password: signsIn ? password : nil, from: "Tocsin <tocsin@ops.example.com>", heloName: "tocsin.example.com",
            trustRoots: trusts ? LabAuthority.shared.root : nil)
    }

    /// Limits short enough for a test that waits for them. Only the one that is waited for is short: on a machine under
    /// load, the others must not pass first.
    private static func short(at step: MailServerDouble.Step) -> SMTPTimeouts {
        var timeouts = SMTPTimeouts()
        switch step {
        case .greeting: timeouts.greeting = .milliseconds(400)
        case .message: timeouts.acceptance = .milliseconds(400)
        case .reset: timeouts.reset = .milliseconds(400)
        case .hello, .startTLS, .handshake, .helloUnderTLS, .signIn, .sender, .recipient, .data:
            timeouts.command = .milliseconds(700)
        }
        return timeouts
    }

    static func channel(_ settings: SMTPSettings, _ timeouts: SMTPTimeouts = SMTPTimeouts()) throws -> SMTPChannel {
        let resolver = StubResolver(["relay.lab.example": [["127.0.0.1"]], "other.lab.example": [["127.0.0.1"]]])
        return try SMTPChannel(settings, egress: EgressGuard(resolver: resolver), timeouts: timeouts)
    }

    private func attempt(
        _ script: MailServerDouble.Script, timeouts: SMTPTimeouts = SMTPTimeouts(),
        security: SMTPSettings.Security = .startTLS
    ) async throws -> (result: AttemptResult, server: MailServerDouble) {
        let server = try await MailServerDouble(script)
        let channel = try Self.channel(try Self.settings(server.port, security: security), timeouts)
        let result = await channel.attempt(Self.message(), now: .epoch)
        try await server.stop()
        return (result, server)
    }

    // MARK: The dialogue

    private static let accepted = AttemptResult.accepted(detail: "250 2.0.0 taken as 4711", receipt: nil)

    @Test func `a mail is handed over under TLS, signed in, in the order of RFC 5321`() async throws {
        let (result, server) = try await attempt(.init())
        #expect(result == Self.accepted)
        // QUIT is said without anybody waiting for it.
        let lines = server.lines.filter { $0.text != "QUIT" }
        #expect(
            lines == [
                .init(text: "EHLO tocsin.example.com", isUnderTLS: false), .init(text: "STARTTLS", isUnderTLS: false),
                .init(text: "EHLO tocsin.example.com", isUnderTLS: true), .init(text: Self.signIn, isUnderTLS: true),
                .init(text: "MAIL FROM:<tocsin@ops.example.com>", isUnderTLS: true),
                .init(text: "RCPT TO:<ada@example.com>", isUnderTLS: true), .init(text: "DATA", isUnderTLS: true),
            ])
        #expect(
            server.messages == [
                """
                Date: Fri, 15 Nov 2024 21:11:40 +0000
                From: "Tocsin"
                 <tocsin@ops.example.com>
                To: ada@example.com
                Subject: Disk full on db-1
                Message-ID: <dlv_01@ops.example.com>
                In-Reply-To: <thread.pag_01@ops.example.com>
                References: <thread.pag_01@ops.example.com>
                Auto-Submitted: auto-generated
                X-Auto-Response-Suppress: All
                X-Tocsin-Type: page.opened
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                db-1 is full.
                .
                ..
                End

                """.replacing("\n", with: "\r\n")
            ])
    }

    @Test func `TLS from the first byte needs no STARTTLS (RFC 8314)`() async throws {
        var script = MailServerDouble.Script()
        script.isImplicitTLS = true
        let (result, server) = try await attempt(script, security: .implicitTLS)
        #expect(result == Self.accepted)
        #expect(server.lines.allSatisfy { $0.isUnderTLS })
        #expect(server.lines.prefix(2).map(\.text) == ["EHLO tocsin.example.com", Self.signIn])
    }

    @Test func `a relay that knows only AUTH LOGIN is signed in to with it`() async throws {
        var script = MailServerDouble.Script()
        script.abilities = ["AUTH LOGIN"]
        let (result, server) = try await attempt(script)
        #expect(result == Self.accepted)
        #expect(server.lines.map(\.text)[3...5] == ["AUTH LOGIN", "dG9jc2lu", Self.passwordInBase64])
    }

    @Test func `a relay on the same machine may be used without TLS and then without a password`() async throws {
        let server = try await MailServerDouble()
        let settings = try Self.settings(server.port, security: .insecurePlain, signsIn: false, host: "127.0.0.1")
        #expect(try await Self.channel(settings).attempt(Self.message(), now: .epoch) == Self.accepted)
        try await server.stop()
        #expect(throws: InputFault(at: "security", "a password is never sent without TLS")) {
            try Self.settings(25, security: .insecurePlain)
        }
    }

    @Test func `a repeated attempt sends the same bytes`() async throws {
        let server = try await MailServerDouble()
        let channel = try Self.channel(try Self.settings(server.port))
        var message = Self.message()
        for attempt in 1...3 {
            message.attempt = attempt
            #expect(await channel.attempt(message, now: Instant(seconds: Int64(attempt) * 1_000)) == Self.accepted)
        }
        #expect(Set(server.messages).count == 1 && server.messages.count == 3)
        try await server.stop()
    }

    @Test func `one recipient's refusal is not another's`() async throws {
        var script = MailServerDouble.Script()
        script.recipients = [
            "gone@example.com": "550 5.1.1 no such person", "full@example.com": "452 4.2.2 mailbox full",
        ]
        let server = try await MailServerDouble(script)
        let channel = try Self.channel(try Self.settings(server.port))
        let expected: [(String, AttemptResult)] = [
            ("ada@example.com", Self.accepted),
            ("gone@example.com", .permanent(reason: "relay.lab.example answered 550 5.1.1 no such person to RCPT TO")),
            (
                "full@example.com",
                .transient(reason: "relay.lab.example answered 452 4.2.2 mailbox full to RCPT TO", retryAfter: nil)
            ),
            ("bob@example.com", Self.accepted),
        ]
        for (address, result) in expected {
            #expect(await channel.attempt(Self.message(to: address), now: .epoch) == result)
        }
        #expect(server.messages.count == 2)
        try await server.stop()
    }

    // MARK: Several mails in a session

    /// The first words of what was said, without what begins and secures a session.
    private static func steps(of server: MailServerDouble) -> [String] {
        server.lines.map { $0.text.split(whereSeparator: { " :".contains($0) })[0].uppercased() }
            .filter { !["EHLO", "STARTTLS"].contains($0) }
    }

    private static func patient(_ adjust: (inout SMTPTimeouts) -> Void = { _ in }) -> SMTPTimeouts {
        var timeouts = SMTPTimeouts()
        timeouts.idle = .seconds(60)
        timeouts.reset = .seconds(10)
        adjust(&timeouts)
        return timeouts
    }

    @Test func `mails one after another are handed over in one session, each with its own result`() async throws {
        var script = MailServerDouble.Script()
        script.recipients = ["gone@example.com": "550 5.1.1 no such person", "full@example.com": "452 4.2.2 full"]
        let server = try await MailServerDouble(script)
        let channel = try Self.channel(try Self.settings(server.port), Self.patient())
        let expected: [(String, AttemptResult)] = [
            ("ada@example.com", Self.accepted),
            ("gone@example.com", .permanent(reason: "relay.lab.example answered 550 5.1.1 no such person to RCPT TO")),
            (
                "full@example.com",
                .transient(reason: "relay.lab.example answered 452 4.2.2 full to RCPT TO", retryAfter: nil)
            ),
            ("bob@example.com", Self.accepted),
        ]
        for (index, (address, result)) in expected.enumerated() {
            #expect(
                await channel.attempt(Self.message(to: address, id: "dlv_\(index)"), now: .epoch) == result)
        }
        #expect(
            Self.steps(of: server) == [
                "AUTH", "MAIL", "RCPT", "DATA", "RSET", "MAIL", "RCPT", "RSET", "MAIL", "RCPT", "RSET", "MAIL", "RCPT",
                "DATA",
            ])
        #expect(server.messages.map { $0.contains("Message-ID: <dlv_3@") } == [false, true])
        try await server.stop()
    }

    @Test(arguments: [
        MailServerDouble.Fault.says("421 4.4.2 idle for too long"), .says("500 what"), .hangs, .resets, .closes,
    ])
    func `a session that its server has ended is followed by a new one at once`(
        fault: MailServerDouble.Fault
    ) async throws {
        var script = MailServerDouble.Script()
        script.faults = [.reset: fault]
        let server = try await MailServerDouble(script)
        let channel = try Self.channel(
            try Self.settings(server.port), Self.patient { $0.reset = .milliseconds(400) })
        for id in ["dlv_1", "dlv_2"] {
            #expect(await channel.attempt(Self.message(id: id), now: .epoch) == Self.accepted)
        }
        #expect(
            Self.steps(of: server).filter { $0 != "QUIT" }
                == ["AUTH", "MAIL", "RCPT", "DATA", "RSET", "AUTH", "MAIL", "RCPT", "DATA"])
        #expect(server.messages.count == 2)
        try await server.stop()
    }

    @Test func `a session is left after its share of mails, and when nothing is said in it`() async throws {
        let server = try await MailServerDouble()
        let channel = try Self.channel(
            try Self.settings(server.port), Self.patient { $0.idle = .seconds(5) })
        for number in 0...SMTPChannel.messagesPerSession {
            #expect(await channel.attempt(Self.message(id: "dlv_\(number)"), now: .epoch) == Self.accepted)
        }
        #expect(Self.steps(of: server).count { $0 == "AUTH" } == 2)
        // The first by its share, the second by its silence.
        while Self.steps(of: server).count(where: { $0 == "QUIT" }) < 2 { try await Task.sleep(for: .milliseconds(20)) }
        try await server.stop()
    }

    @Test func `a mail without an answer after the final dot ends its session`() async throws {
        var script = MailServerDouble.Script()
        script.faults = [.message: .closes]
        let server = try await MailServerDouble(script)
        let channel = try Self.channel(try Self.settings(server.port), Self.patient())
        for id in ["dlv_1", "dlv_2"] {
            #expect(
                await channel.attempt(Self.message(id: id), now: .epoch)
                    == .unknown(
                        reason: "relay.lab.example did not answer after the message: the connection was closed"))
        }
        #expect(Self.steps(of: server) == ["AUTH", "MAIL", "RCPT", "DATA", "AUTH", "MAIL", "RCPT", "DATA"])
        try await server.stop()
    }

    @Test func `another attempt is made in a session of its own`() async throws {
        let server = try await MailServerDouble()
        let channel = try Self.channel(try Self.settings(server.port), Self.patient())
        var message = Self.message()
        for attempt in 1...2 {
            message.attempt = attempt
            #expect(await channel.attempt(message, now: .epoch) == Self.accepted)
        }
        #expect(Self.steps(of: server) == ["AUTH", "MAIL", "RCPT", "DATA", "AUTH", "MAIL", "RCPT", "DATA"])
        try await server.stop()
    }

    // MARK: TLS (S62)

    @Test func `without STARTTLS nothing is said beyond the greeting`() async throws {
        var script = MailServerDouble.Script()
        script.offersStartTLS = false
        let (result, server) = try await attempt(script)
        #expect(
            result
                == .transient(
                    reason:
                        "relay.lab.example, at STARTTLS: the server does not offer TLS, and nothing is sent without",
                    retryAfter: nil))
        #expect(server.lines.map(\.text) == ["EHLO tocsin.example.com"])
    }

    @Test(arguments: [
        ("relay.lab.example", LabAuthority.Certificate.good, false, "its certificate is not trusted"),
        ("relay.lab.example", .expired, true, "its certificate is not trusted"),
        ("other.lab.example", .good, true, "its certificate was not issued for this host"),
    ])
    func `a certificate that is not trusted, not in time or another's ends the attempt before the password`(
        host: String, certificate: LabAuthority.Certificate, trusts: Bool, reason: String
    ) async throws {
        for isImplicit in [false, true] {
            var script = MailServerDouble.Script()
            script.certificate = certificate
            script.isImplicitTLS = isImplicit
            let server = try await MailServerDouble(script)
            let settings = try Self.settings(
                server.port, security: isImplicit ? .implicitTLS : .startTLS, host: host, trusts: trusts)
            let result = try await Self.channel(settings).attempt(Self.message(), now: .epoch)
            let step = isImplicit && host == "relay.lab.example" ? "greeting" : "EHLO"
            #expect(result == .transient(reason: "\(host), at \(step): \(reason)", retryAfter: nil))
            #expect(server.lines.allSatisfy { !$0.text.hasPrefix("AUTH") && !$0.text.hasPrefix("MAIL") })
            try await server.stop()
        }
    }

    @Test(arguments: ["\r\n250-relay.lab.example\r\n250 AUTH PLAIN", "\r\n250 AUTH", "\r\n421 bye"])
    func `words slipped in before TLS are not taken for words under TLS`(words: String) async throws {
        var script = MailServerDouble.Script()
        script.injection = words
        let (result, server) = try await attempt(script)
        let reason = "relay.lab.example, at STARTTLS: the server spoke without being asked"
        #expect(result == .transient(reason: reason, retryAfter: nil))
        #expect(server.lines.prefix(2).map(\.text) == ["EHLO tocsin.example.com", "STARTTLS"])
        #expect(server.lines.dropFirst(2).isEmpty)
    }

    @Test func `an acceptance that comes before the message is not one`() async throws {
        var script = MailServerDouble.Script()
        script.faults = [.data: .says("354 go on\r\n250 2.0.0 taken")]
        let (result, _) = try await attempt(script)
        let reason = "relay.lab.example, at message: the server spoke without being asked"
        #expect(result == .transient(reason: reason, retryAfter: nil))
    }

    @Test func `a server that says goodbye out of turn is left`() async throws {
        var script = MailServerDouble.Script()
        script.faults = [.recipient: .says("250 2.1.5 fine\r\n421 4.3.2 going down")]
        let (result, server) = try await attempt(script)
        let reason = "relay.lab.example answered 421 4.3.2 going down to DATA"
        #expect(result == .transient(reason: reason, retryAfter: nil))
        #expect(!server.lines.contains { $0.text == "DATA" })
    }

    @Test func `a relay named by its address must have that address in its certificate`() async throws {
        let server = try await MailServerDouble()
        let settings = try Self.settings(server.port, host: "127.0.0.1")
        #expect(try await Self.channel(settings).attempt(Self.message(), now: .epoch) == Self.accepted)
        try await server.stop()
    }

    @Test func `a file of trust roots that cannot be read is told at the start`() throws {
        let settings = try SMTPSettings(
            host: "relay.example", port: 587, from: "a@example.com", trustRoots: "/nonexistent.pem")
        #expect(throws: InputFault(at: "trustRoots", "/nonexistent.pem is not a readable PEM file of certificates")) {
            try SMTPChannel(settings)
        }
    }

    // MARK: Faults (F14)

    /// What each fault must come to at each step. After the final dot, silence means that the mail may have arrived.
    @Test(
        arguments: MailServerDouble.Step.allCases.filter { $0 != .reset },
        [MailServerDouble.Fault.hangs, .resets, .closes])
    func `silence is worth another attempt, and is undecided only after the final dot`(
        step: MailServerDouble.Step, fault: MailServerDouble.Fault
    ) async throws {
        var script = MailServerDouble.Script()
        script.faults = [step: fault]
        let (result, server) = try await attempt(script, timeouts: Self.short(at: step))
        switch (result, step) {
        case (.unknown(let reason), .message):
            #expect(reason.hasPrefix("relay.lab.example did not answer after the message: "))
        case (.transient(let reason, nil), _) where step != .message:
            // A reset right after the connection may be seen before or after it counts as one.
            let early = "relay.lab.example (127.0.0.1): the connection broke off"
            #expect(reason.hasPrefix("relay.lab.example, at ") || (step == .greeting && reason == early))
        case (.accepted, _), (.transient, _), (.permanent, _), (.unknown, _):
            Issue.record("\(step) \(fault): \(result)")
        }
        #expect(server.messages.isEmpty)
    }

    private static let answering: [MailServerDouble.Step] = [
        .greeting, .hello, .helloUnderTLS, .signIn, .sender, .recipient, .data, .message,
    ]

    @Test(arguments: answering, [421, 450, 550])
    func `a refusal is passing or final by its first digit at every step`(step: MailServerDouble.Step, code: Int)
        async throws
    {
        var script = MailServerDouble.Script()
        // A refusal of a sign-in may repeat the password, so its words are never shown (S70).
        script.faults = [step: .says("\(code) no: \(Self.signIn)")]
        let (result, server) = try await attempt(script)
        let reason: String
        switch result {
        case .transient(let text, nil) where code < 500: reason = text
        case .permanent(let text, by: .receiver) where code >= 500: reason = text
        case .accepted, .transient, .permanent, .unknown:
            Issue.record("\(step) \(code): \(result)")
            return
        }
        let words = step == .signIn ? "\(code)" : "\(code) no: \(Self.signIn)"
        #expect(reason.hasPrefix("relay.lab.example answered \(words) to "))
        #expect(server.messages.isEmpty)
    }

    @Test(arguments: [
        "hello there", "", "99 too small", "600 too big", "2x0 no", "250", "354 early", "334 what", "\u{0}\u{1}\u{2}",
        String(repeating: "x", count: 100_000), "250-" + String(repeating: "x", count: 5_000),
        Array(repeating: "250-more", count: 1_000).joined(separator: "\r\n"), "250-a\r\n251 b", "ÿþ250 x",
    ])
    func `what is not a reply never passes for an acceptance`(text: String) async throws {
        for step in [MailServerDouble.Step.greeting, .helloUnderTLS, .data]
        where !(text == "250" && step != .data) && !(text.hasPrefix("354") && step == .data) {
            var script = MailServerDouble.Script()
            script.faults = [step: .says(text)]
            let (result, server) = try await attempt(script, timeouts: Self.short(at: step))
            guard case .transient(let reason, nil) = result else {
                // A lone 354 where a greeting is due is an unexpected reply, and passing as well.
                Issue.record("\(text.prefix(20).debugDescription) at \(step): \(result)")
                continue
            }
            #expect(reason.count < 400 && reason.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f })
            #expect(server.messages.isEmpty)
        }
    }

    @Test func `nonsense after the final dot is undecided`() async throws {
        for text in ["whatever", String(repeating: "x", count: 100_000)] {
            var script = MailServerDouble.Script()
            script.faults = [.message: .says(text)]
            let (result, _) = try await attempt(script)
            guard case .unknown = result else {
                Issue.record("\(result)")
                continue
            }
        }
    }

    @Test func `STARTTLS that is refused or answered with garbage sends nothing`() async throws {
        for (step, text) in [
            (MailServerDouble.Step.startTLS, "454 not now"), (.startTLS, "554 never"),
            (.handshake, "not a TLS record at all"),
        ] {
            var script = MailServerDouble.Script()
            script.faults = [step: .says(text)]
            let (result, server) = try await attempt(script)
            guard case .transient = result else {
                Issue.record("\(text): \(result)")
                continue
            }
            // What follows can be the beginning of a handshake, and nothing that could be read.
            #expect(server.lines.prefix(2).map(\.text) == ["EHLO tocsin.example.com", "STARTTLS"])
            #expect(!server.lines.contains { $0.text.contains("AUTH") || $0.text.contains("MAIL") })
        }
    }

    @Test func `a relay's words are shown on one bounded line`() async throws {
        var script = MailServerDouble.Script()
        let words = "\u{1b}[31mred\u{7}\u{202e}" + String(repeating: "y", count: 1_000)
        script.faults = [.sender: .says("550-first\r\n550 \(words)")]
        let (result, _) = try await attempt(script)
        let shown = "first [31mred " + String(repeating: "y", count: 185) + "…"
        #expect(result == .permanent(reason: "relay.lab.example answered 550 \(shown) to MAIL FROM"))
    }

    @Test func `a mail larger than the relay takes is refused before it is sent`() async throws {
        var script = MailServerDouble.Script()
        script.abilities = ["AUTH PLAIN", "SIZE 300"]
        let (result, server) = try await attempt(script)
        #expect(result == .permanent(reason: "relay.lab.example takes no message over 300 bytes"))
        #expect(!server.lines.contains { $0.text.hasPrefix("MAIL") })
    }

    @Test func `a relay that cannot be reached or resolved is worth another attempt`() async throws {
        let server = try await MailServerDouble()
        try await server.stop()
        let closed = try Self.channel(try Self.settings(server.port))
        #expect(
            await closed.attempt(Self.message(), now: .epoch)
                == .transient(reason: "relay.lab.example (127.0.0.1): the connection was refused", retryAfter: nil))
        let unknown = try Self.channel(try Self.settings(25, host: "gone.example"))
        #expect(
            await unknown.attempt(Self.message(), now: .epoch)
                == .transient(reason: "gone.example could not be resolved: no such name", retryAfter: nil))
    }

    @Test func `the whole attempt has a limit of its own`() async throws {
        var script = MailServerDouble.Script()
        script.faults = [.sender: .hangs]
        var timeouts = SMTPTimeouts()
        timeouts.total = .seconds(2)
        let (result, _) = try await attempt(script, timeouts: timeouts)
        guard case .transient(let reason, nil) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(reason.hasSuffix("the whole attempt took longer than 2.0 seconds"))
    }

    @Test func `an attempt that is called off ends at once`() async throws {
        var script = MailServerDouble.Script()
        script.faults = [.sender: .hangs]
        let server = try await MailServerDouble(script)
        let channel = try Self.channel(try Self.settings(server.port))
        let task = Task { await channel.attempt(Self.message(), now: .epoch) }
        while !server.lines.contains(where: { $0.text.hasPrefix("MAIL") }) { await Task.yield() }
        task.cancel()
        #expect(
            await task.value
                == .transient(reason: "relay.lab.example, at MAIL FROM: the attempt was called off", retryAfter: nil))
        try await server.stop()
    }
}
