import Chronology
import NIOCore
import NIOSSL
import Notation

/// Sends messages as mail through one relay. One message has one recipient, so the relay's answer is the recipient's.
public struct SMTPChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "email",
        label: "Mail",
        fields: [
            .init(
                name: "address", label: "Mail address", kind: .mailAddress, isRequired: true, example: "ada@example.com"
            )
        ],
        // Relays take 10 MB and more; a page is a few kilobytes. The time is the lookup's 2 s, the 1 s in which a kept
        // session does not answer, up to two addresses that do not answer at 5 s each, and the 22 s of the third's
        // dialogue, rounded up.
        limits: .init(messageBytes: 1_048_576, attemptTime: .seconds(37), concurrentAttempts: 8),
        acknowledgement: .link,
        receipts: .relay,
        about: "Mail through the relay in the server's configuration. Everybody has it; it wakes few.")

    /// Addresses of the relay that one attempt tries to connect to.
    public static let mostAddresses = 3
    /// Of an id or a thread: what fits into a header with room to spare.
    public static let longestKey = 128
    /// Mails in one session. Relays that count end it after some tens themselves.
    public static let messagesPerSession = 20

    /// A session in which the relay waits for another mail.
    private struct Kept {
        let session: SMTPSession
        /// Of the relay, as it was resolved when the session was begun.
        let address: IPAddress
        /// Mails that were handed over or refused in it.
        var messages: Int
    }

    private let settings: SMTPSettings
    private let timeouts: SMTPTimeouts
    private let egress: EgressGuard
    private let tls: SMTPSecurity?
    private let sessions: IdlePool<Kept>

    /// Reads the trust roots, so it fails when their file is missing.
    public init(
        _ settings: SMTPSettings, egress: EgressGuard = EgressGuard(), timeouts: SMTPTimeouts = SMTPTimeouts()
    ) throws(InputFault) {
        self.settings = settings
        self.timeouts = timeouts
        self.egress = egress
        self.sessions = IdlePool(most: Self.descriptor.limits.concurrentAttempts, limit: timeouts.idle) {
            $0.session.connection.quit()
        }
        switch settings.security {
        case .startTLS, .implicitTLS:
            self.tls = SMTPSecurity(
                context: try OutboundTLS.context(trustRoots: settings.trustRoots), host: settings.host)
        case .insecurePlain:
            self.tls = nil
        }
    }

    /// The relay, whoever the mail is for.
    public func farEnd(of destination: String) -> String { "\(settings.host):\(settings.port)" }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let mail: Mail
        do {
            mail = try self.mail(for: message)
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        let addresses: [IPAddress]
        do {
            addresses = try await egress.operatorAddresses(of: settings.host)
        } catch {
            switch error {
            case .refused(let reason): return .permanent(reason: reason, by: .tocsin)
            case .unresolved(let reason): return .transient(reason: reason, retryAfter: nil)
            }
        }
        // Another attempt is made in a session of its own: the kept one may be what is wrong.
        if message.attempt == 1, let kept = sessions.take(where: { addresses.contains($0.address) }),
            let result = await hand(mail, in: kept)
        {
            return result
        }
        let start = max(0, message.attempt - 1) % addresses.count
        var reason = "no address was tried"
        for address in (addresses[start...] + addresses[..<start]).prefix(Self.mostAddresses) where !Task.isCancelled {
            do {
                let connection = try await SMTPConnection.open(
                    to: address, port: settings.port, tls: settings.security == .implicitTLS ? tls : nil,
                    timeouts: timeouts)
                return await hand(mail, over: connection, to: address)
            } catch {
                let what = (error as? SMTPConnection.Broken)?.reason ?? OutboundTLS.describe(error)
                reason = "\(settings.host) (\(address)): \(what)"
            }
        }
        return .transient(reason: Task.isCancelled ? "the attempt was called off" : reason, retryAfter: nil)
    }

    // MARK: Leaves

    private func recipient(_ destination: String) throws(InputFault) -> MailAddress {
        let recipient = try MailAddress(destination)
        guard recipient.name == nil else {
            throw InputFault(at: "address", "the mail address must be only the address, without a name")
        }
        return recipient
    }

    private func mail(for message: OutgoingMessage) throws(InputFault) -> Mail {
        let recipient = try recipient(message.destination)
        guard (1...Self.longestKey).contains(message.id.utf8.count),
            (1...Self.longestKey).contains(message.thread.utf8.count)
        else { throw InputFault(at: "id", "a message's id and thread must have 1 to \(Self.longestKey) bytes") }
        let most = Self.descriptor.limits.messageBytes
        // Asked before the mail is written, so that a huge text is not first copied several times.
        guard message.text.utf8.count + (message.html?.utf8.count ?? 0) <= most else {
            throw InputFault(at: "text", "the message is longer than \(most) bytes")
        }
        let mail = Mail(message, from: settings.from, to: recipient)
        guard mail.bytes.count <= most else {
            throw InputFault(at: "text", "the message has \(mail.bytes.count) bytes; a mail may have \(most)")
        }
        return mail
    }

    private func hand(_ mail: Mail, over connection: SMTPConnection, to address: IPAddress) async -> AttemptResult {
        await withTaskCancellationHandler {
            do throws(SMTPSession.Failure) {
                let session = try await SMTPSession.begin(
                    on: connection, settings: settings, timeouts: timeouts, tls: tls)
                return await deliver(mail, in: Kept(session: session, address: address, messages: 0))
            } catch {
                return result(of: error, on: connection)
            }
        } onCancel: {
            connection.drop("the attempt was called off")
        }
    }

    /// nil: the session was over, and nothing of the mail was said in it.
    private func hand(_ mail: Mail, in kept: Kept) async -> AttemptResult? {
        let connection = kept.session.connection
        return await withTaskCancellationHandler {
            do throws(SMTPSession.Failure) {
                try await kept.session.reset()
            } catch {
                connection.drop("the session was over")
                return nil
            }
            return await deliver(mail, in: kept)
        } onCancel: {
            connection.drop("the attempt was called off")
        }
    }

    /// One mail of a session. Afterwards the session is kept for another one, where there may be another.
    private func deliver(_ mail: Mail, in kept: Kept) async -> AttemptResult {
        do throws(SMTPSession.Failure) {
            let reply = try await kept.session.deliver(mail)
            keepOrQuit(kept)
            return .accepted(detail: reply.summary, receipt: nil)
        } catch {
            guard error.leavesRoomForMore else { return result(of: error, on: kept.session.connection) }
            keepOrQuit(kept)
            return result(of: error)
        }
    }

    private func keepOrQuit(_ used: Kept) {
        var kept = used
        kept.messages += 1
        if kept.messages < Self.messagesPerSession, !Task.isCancelled {
            sessions.keep(kept)
        } else {
            kept.session.connection.quit()
        }
    }

    private func result(of failure: SMTPSession.Failure, on connection: SMTPConnection) -> AttemptResult {
        switch failure {
        case .answered, .tooLarge: connection.quit()
        case .broken(let what, _), .undecided(let what): connection.drop(what)
        }
        return result(of: failure)
    }

    private func result(of failure: SMTPSession.Failure) -> AttemptResult {
        switch failure {
        case .answered(let code, let reply, let step):
            let reason = "\(settings.host) answered \(reply ?? "\(code)") to \(step)"
            // 5yz means "do not try again in this form" (RFC 5321 §4.2.1). Anything but 4yz and 5yz was not to be
            // expected at that step, and is taken for a passing fault.
            return code >= 500 ? .permanent(reason: reason) : .transient(reason: reason, retryAfter: nil)
        case .broken(let what, let step):
            return .transient(reason: "\(settings.host), at \(step): \(what)", retryAfter: nil)
        case .undecided(let what):
            return .unknown(reason: "\(settings.host) did not answer after the message: \(what)")
        case .tooLarge(let limit):
            return .permanent(reason: "\(settings.host) takes no message over \(limit) bytes")
        }
    }
}
