import Chronology
import Notation

/// Sends messages as signed JSON documents by the rules of Standard Webhooks (standardwebhooks.com): the headers
/// `webhook-id`, `webhook-timestamp` and `webhook-signature`, and the body `{type, timestamp, data}` (S81).
public struct WebhookChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "webhook",
        label: "Webhook",
        fields: [
            .init(
                name: "url", label: "Address", kind: .webAddress, isRequired: true,
                example: "https://hooks.example.com/tocsin"),
            .init(name: "secret", label: "Signing key", kind: .signingKey, isRequired: true, example: "whsec_…"),
        ],
        // The rules recommend less than 20 kB; an incident with a long list of alerts is still sent whole.
        // The time is the client's 15 s and 5 s to shut a connection down on a machine under load.
        limits: .init(messageBytes: 262_144, attemptTime: .seconds(20), concurrentAttempts: 32),
        acknowledgement: .link,
        receipts: .endpoint,
        about: "A signed JSON document to a program of yours, by the rules of Standard Webhooks.")

    /// A key and the key that replaces it.
    public static let mostSecrets = 2

    private let client: EgressClient

    public init(_ client: EgressClient) {
        self.client = client
    }

    /// Scheme, host and port. A destination that cannot be read is not connected to, and has only itself to wait for.
    public func farEnd(of destination: String) -> String {
        do throws(InputFault) {
            return try EgressURL(destination).description
        } catch {
            return destination
        }
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        do {
            request = try self.request(for: message, now: now)
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        switch await client.send(request, attempt: message.attempt) {
        case .answered(let answer): return Self.judge(answer, now: now)
        case .refused(let reason): return .permanent(reason: reason, by: .tocsin)
        case .unreachable(let reason): return .transient(reason: reason, retryAfter: nil)
        case .lost(let reason): return .unknown(reason: reason)
        }
    }

    // MARK: The request

    private func request(for message: OutgoingMessage, now: Instant) throws(InputFault) -> EgressRequest {
        let url = try client.egress.url(message.destination)
        guard !message.id.isEmpty, message.id.utf8.count <= 128, message.id.utf8.allSatisfy(Self.isWordCharacter) else {
            throw InputFault(
                at: "id", "the message's id must be letters, digits, _ and - (a dot would blur its signature)")
        }
        guard (1...Self.mostSecrets).contains(message.secrets.count) else {
            throw InputFault(at: "secret", "a webhook needs one signing key, or two while one replaces the other")
        }
        let body = Self.body(of: message)
        guard body.count <= Self.descriptor.limits.messageBytes else {
            throw InputFault(
                at: "data",
                "the message has \(body.count) bytes; a webhook carries \(Self.descriptor.limits.messageBytes)")
        }
        let timestamp = now.microseconds / 1_000_000
        var signatures: [String] = []
        for secret in message.secrets {
            signatures.append(try WebhookKey(secret).signature(id: message.id, timestamp: timestamp, body: body))
        }
        return EgressRequest(
            method: .post, url: url,
            headers: [
                ("Content-Type", "application/json"), ("User-Agent", "Tocsin"), ("webhook-id", message.id),
                ("webhook-timestamp", "\(timestamp)"), ("webhook-signature", signatures.joined(separator: " ")),
            ],
            body: body)
    }

    private static func isWordCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The same bytes at every attempt: `timestamp` is the time of the message, the time of the attempt is in the header.
    private static func body(of message: OutgoingMessage) -> [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        writer.object { writer in
            writer.member("type", message.type)
            writer.member("timestamp", WireDate(message.created).iso8601)
            if let payload = message.payload {
                writer.member("data", payload)
            } else {
                writer.member(
                    "data",
                    object: { writer in
                        writer.member("subject", message.subject)
                        writer.member("text", message.text)
                        writer.member("thread", message.thread)
                        writer.member(
                            "links",
                            array: { writer in
                                for link in message.links {
                                    writer.object { writer in
                                        writer.member("label", link.label)
                                        writer.member("url", link.address)
                                    }
                                }
                            })
                    })
            }
        }
        return writer.bytes
    }

    // MARK: The answer

    /// Only the status and Retry-After are looked at: what the server wrote is never shown to whoever typed the address,
    /// who could otherwise read a server that only Tocsin can reach.
    private static func judge(_ answer: EgressAnswer, now: Instant) -> AttemptResult {
        let status = answer.status
        switch status {
        case 200...299: return .accepted(detail: "HTTP \(status)", receipt: nil)
        case 300...399: return .permanent(reason: "HTTP \(status): redirects are not followed")
        case 410: return .permanent(reason: "HTTP 410: the receiver says that this address is gone for good")
        case 408, 425, 429, 500...599:
            return .transient(reason: "HTTP \(status)", retryAfter: answer.retryAfter(now: now))
        case 400...499: return .permanent(reason: "HTTP \(status): the receiver refused the message")
        default: return .transient(reason: "HTTP \(status) is not an answer", retryAfter: nil)
        }
    }
}
