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
        // Relays take 10 MB and more; a page is a few kilobytes. The time is the lookup's 2 s, up to two addresses that do
        // not answer at 5 s each, and the 60 s of the third's dialogue, rounded up.
        limits: .init(messageBytes: 1_048_576, attemptTime: .seconds(37), concurrentAttempts: 8),
        acknowledgement: .link,
        receipts: .relay)

    /// Addresses of the relay that one attempt tries to connect to.
    public static let mostAddresses = 3
    /// Of an id or a thread: what fits into a header with room to spare.
    public static let longestKey = 128

    private let settings: SMTPSettings
    private let timeouts: SMTPTimeouts
    private let egress: EgressGuard
    private let tls: SMTPSecurity?

    /// Reads the trust roots, so it fails when their file is missing.
    public init(
        _ settings: SMTPSettings, egress: EgressGuard = EgressGuard(), timeouts: SMTPTimeouts = SMTPTimeouts()
    ) throws(InputFault) {
        self.settings = settings
        self.timeouts = timeouts
        self.egress = egress
        switch settings.security {
        case .startTLS, .implicitTLS:
            self.tls = SMTPSecurity(
                context: try OutboundTLS.context(trustRoots: settings.trustRoots), host: settings.host)
        case .insecurePlain:
            self.tls = nil
        }
    }

    public func check(destination: String) throws(InputFault) {
        _ = try recipient(destination)
    }

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
        let start = max(0, message.attempt - 1) % addresses.count
        var reason = "no address was tried"
        for address in (addresses[start...] + addresses[..<start]).prefix(Self.mostAddresses) where !Task.isCancelled {
            do {
                let connection = try await SMTPConnection.open(
                    to: address, port: settings.port, tls: settings.security == .implicitTLS ? tls : nil,
                    timeouts: timeouts)
                return await hand(mail, over: connection)
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

    private func hand(_ mail: Mail, over connection: SMTPConnection) async -> AttemptResult {
        let session = SMTPSession(connection: connection, settings: settings, timeouts: timeouts, tls: tls)
        return await withTaskCancellationHandler {
            do throws(SMTPSession.Failure) {
                let reply = try await session.deliver(mail)
                connection.quit()
                return .accepted(detail: reply.summary, receipt: nil)
            } catch {
                return result(of: error, on: connection)
            }
        } onCancel: {
            connection.drop("the attempt was called off")
        }
    }

    private func result(of failure: SMTPSession.Failure, on connection: SMTPConnection) -> AttemptResult {
        switch failure {
        case .answered(let code, let reply, let step):
            connection.quit()
            let reason = "\(settings.host) answered \(reply ?? "\(code)") to \(step)"
            // 5yz means "do not try again in this form" (RFC 5321 §4.2.1). Anything but 4yz and 5yz was not to be
            // expected at that step, and is taken for a passing fault.
            return code >= 500 ? .permanent(reason: reason) : .transient(reason: reason, retryAfter: nil)
        case .broken(let what, let step):
            connection.drop(what)
            return .transient(reason: "\(settings.host), at \(step): \(what)", retryAfter: nil)
        case .undecided(let what):
            connection.drop(what)
            return .unknown(reason: "\(settings.host) did not answer after the message: \(what)")
        case .tooLarge(let limit):
            connection.quit()
            return .permanent(reason: "\(settings.host) takes no message over \(limit) bytes")
        }
    }
}
