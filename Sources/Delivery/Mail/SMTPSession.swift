import Notation

/// The dialogue that hands mails to a relay (RFC 5321 §3), one after another: from the greeting to being signed in, and for
/// each mail from its sender to the answer after the final dot.
struct SMTPSession: Sendable {
    /// Where and how it ended, other than well.
    enum Failure: Error, Hashable {
        /// The server answered, but not what the step needs. `reply` is nil where repeating it could repeat a password.
        case answered(code: Int, reply: String?, step: String)
        /// There was no answer, or the server lacks what Tocsin insists on. Nothing was accepted.
        case broken(String, step: String)
        /// The final dot had been sent, and no answer to it came.
        case undecided(String)
        /// The server says that it never takes a message of this size.
        case tooLarge(limit: Int)

        /// Whether the relay is still there and waits for another mail. A refusal of one mail is no refusal of the next;
        /// 421 is how a server says that it is closing (RFC 5321 §3.8).
        var leavesRoomForMore: Bool {
            switch self {
            case .answered(let code, _, step: "MAIL FROM"), .answered(let code, _, step: "RCPT TO"),
                .answered(let code, _, step: "DATA"), .answered(let code, _, step: "message"):
                (400...599).contains(code) && code != 421
            case .tooLarge: true
            case .answered, .broken, .undecided: false
            }
        }
    }

    let connection: SMTPConnection
    let settings: SMTPSettings
    let timeouts: SMTPTimeouts
    let tls: SMTPSecurity?

    /// The largest mail that the relay takes, where it says so; 0 and nil are no limit (RFC 1870 §4).
    private let sizeLimit: Int?

    /// Greets, starts TLS and signs in, as the settings say. What follows may be said to the relay at any time.
    static func begin(
        on connection: SMTPConnection, settings: SMTPSettings, timeouts: SMTPTimeouts, tls: SMTPSecurity?
    ) async throws(Failure) -> SMTPSession {
        let opening = SMTPSession(
            connection: connection, settings: settings, timeouts: timeouts, tls: tls, sizeLimit: nil)
        _ = try await opening.positive("greeting") { () throws(SMTPConnection.Broken) in
            try await connection.greeting(within: timeouts.greeting)
        }
        var abilities = try await opening.hello()
        if settings.security == .startTLS {
            try await opening.secure(abilities)
            // Whatever was announced in the clear may have been written by anybody (RFC 3207 §4.2).
            abilities = try await opening.hello()
        }
        if let tls {
            do {
                try await connection.checkCertificate(tls)
            } catch {
                throw .broken(error.reason, step: "EHLO")
            }
        }
        try await opening.signIn(abilities)
        return SMTPSession(
            connection: connection, settings: settings, timeouts: timeouts, tls: tls, sizeLimit: abilities.size)
    }

    /// Puts away what the mail before may have left, and thereby asks whether the relay is still there. A server that has
    /// closed, or has announced that it will, is found out before anything of the next mail was said.
    func reset() async throws(Failure) {
        connection.limit(to: timeouts.total)
        let reply = try await reply("RSET", Self.line("RSET"), within: timeouts.reset)
        guard reply.code == 250 else { throw .answered(code: reply.code, reply: reply.summary, step: "RSET") }
    }

    /// Hands the mail over and returns the server's answer to it.
    func deliver(_ mail: Mail) async throws(Failure) -> SMTPReply {
        if let sizeLimit, sizeLimit > 0, mail.bytes.count > sizeLimit { throw .tooLarge(limit: sizeLimit) }
        _ = try await command("MAIL FROM", Self.line("MAIL FROM:<\(mail.sender.address)>"))
        _ = try await command("RCPT TO", Self.line("RCPT TO:<\(mail.recipient.address)>"))
        let ready = try await reply("DATA", Self.line("DATA"))
        guard ready.code == 354 else { throw .answered(code: ready.code, reply: ready.summary, step: "DATA") }
        return try await body(mail)
    }

    // MARK: Steps

    private struct Abilities {
        var startsTLS = false
        var mechanisms: Set<String> = []
        var size: Int?
    }

    private func hello() async throws(Failure) -> Abilities {
        let reply = try await command("EHLO", Self.line("EHLO \(settings.heloName)"))
        var abilities = Abilities()
        // The first line is the server's name and a greeting.
        for line in reply.lines.dropFirst() {
            let words = line.split(separator: " ").map { $0.uppercased() }
            switch words.first {
            case "STARTTLS": abilities.startsTLS = true
            case "AUTH": abilities.mechanisms.formUnion(words.dropFirst())
            case "SIZE": abilities.size = words.dropFirst().first.flatMap { Int($0) }
            default: continue
            }
        }
        return abilities
    }

    private func secure(_ abilities: Abilities) async throws(Failure) {
        guard let tls else { throw .broken("TLS is not set up", step: "STARTTLS") }
        // Somebody between us and the relay can take the word out of its list. Going on without TLS is never an answer
        // (S62); the attempt is repeated later, perhaps by another way.
        guard abilities.startsTLS else {
            throw .broken("the server does not offer TLS, and nothing is sent without", step: "STARTTLS")
        }
        let agreed = try await reply("STARTTLS", Self.line("STARTTLS"))
        guard agreed.code == 220 else { throw .broken("the server refused TLS: \(agreed.summary)", step: "STARTTLS") }
        do {
            try await connection.startTLS(tls)
        } catch {
            throw .broken(error.reason, step: "STARTTLS")
        }
    }

    private func signIn(_ abilities: Abilities) async throws(Failure) {
        guard let username = settings.username, let password = settings.password else { return }
        // The settings refuse a password without TLS; this line makes sure that no later change of them can send one.
        guard settings.security != .insecurePlain else {
            throw .broken("a password is never sent without TLS", step: "AUTH")
        }
        let final: SMTPReply
        if abilities.mechanisms.contains("PLAIN") {
            let fields = [[], Array(username.utf8), Array(password.reveal().utf8)].joined(separator: [0])
            final = try await reply("AUTH", Self.line("AUTH PLAIN \(Base64.encode(Array(fields)))"))
        } else if abilities.mechanisms.contains("LOGIN") {
            try await prompt(Self.line("AUTH LOGIN"))
            try await prompt(Self.line(Base64.encode(Array(username.utf8))))
            final = try await reply("AUTH", Self.line(Base64.encode(Array(password.reveal().utf8))))
        } else {
            throw .broken("the server offers neither AUTH PLAIN nor AUTH LOGIN", step: "AUTH")
        }
        guard final.code == 235 else { throw .answered(code: final.code, reply: nil, step: "AUTH") }
    }

    private func prompt(_ line: LineText) async throws(Failure) {
        let reply = try await reply("AUTH", line)
        guard reply.code == 334 else { throw .answered(code: reply.code, reply: nil, step: "AUTH") }
    }

    private func body(_ mail: Mail) async throws(Failure) -> SMTPReply {
        let reply: SMTPReply
        do {
            reply = try await connection.exchange(mail.dotStuffed, within: timeouts.acceptance)
        } catch {
            // Until the dot has left this machine the server cannot have taken the message.
            if error.wasSent { throw .undecided(error.reason) }
            throw .broken(error.reason, step: "message")
        }
        guard reply.isPositive else { throw .answered(code: reply.code, reply: reply.summary, step: "message") }
        return reply
    }

    // MARK: Leaves

    private func command(_ step: String, _ line: LineText) async throws(Failure) -> SMTPReply {
        try await positive(step) { () throws(SMTPConnection.Broken) in
            try await connection.command(line, within: timeouts.command)
        }
    }

    private func reply(_ step: String, _ line: LineText, within limit: Duration? = nil) async throws(Failure)
        -> SMTPReply
    {
        do {
            return try await connection.command(line, within: limit ?? timeouts.command)
        } catch {
            throw .broken(error.reason, step: step)
        }
    }

    private func positive(
        _ step: String, _ exchange: () async throws(SMTPConnection.Broken) -> SMTPReply
    ) async throws(Failure) -> SMTPReply {
        let reply: SMTPReply
        do {
            reply = try await exchange()
        } catch {
            throw .broken(error.reason, step: step)
        }
        guard reply.isPositive else { throw .answered(code: reply.code, reply: reply.summary, step: step) }
        return reply
    }

    /// A command made of checked parts. One that is not a single line is a programmer's error.
    private static func line(_ text: String) -> LineText {
        guard let line = LineText(exactly: text) else { preconditionFailure("a mail command must be one line") }
        return line
    }
}
