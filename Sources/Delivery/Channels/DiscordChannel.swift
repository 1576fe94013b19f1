import Chronology
import Notation

/// Posts to a channel of Discord by a webhook (discord.com/developers/docs, "Execute Webhook").
///
/// Discord has no key against repeats for webhooks: a message that is sent again after its answer was lost is shown twice. It
/// calls nobody, whatever its text says: `allowed_mentions` allows none.
public struct DiscordChannel: Channel {
    public static let descriptor = ChannelDescriptor(
        kind: "discord",
        label: "Discord",
        fields: [
            .init(
                name: "url", label: "Address of the webhook", kind: .webAddress, isRequired: true,
                example: "https://discord.com/api/webhooks/123456789012345678/…",
                hint: """
                    In the channel's settings, under "Integrations", "Webhooks". Whoever has the address can post there; \
                    ?thread_id= and a number at its end choose a thread.
                    """)
        ],
        // 50 requests a second of one sender ("Rate Limits"); those of a single webhook come with its answers.
        limits: .init(
            messageBytes: 65_536, attemptTime: .seconds(20), concurrentAttempts: 8, rate: .init(50, in: .seconds(1))),
        acknowledgement: .link,
        receipts: .endpoint,
        about: """
            A channel of a Discord server, with links to acknowledge and to open the incident. A webhook cannot write to a \
            person and rings for nobody who has muted the channel.
            """)

    /// "Message Object" and "Embed Limits". Discord counts characters without saying which; the largest count is kept to.
    static let contentUnits = 2_000
    static let titleUnits = 256
    static let descriptionUnits = 4_096

    private let client: EgressClient

    public init(_ client: EgressClient) {
        self.client = client
    }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        _ = try address(of: destination)
    }

    /// Scheme, host and port: the path is a secret.
    public func farEnd(of destination: String) -> String {
        ChatAPI.farEnd(ofWebhook: destination, kind: Self.descriptor.kind)
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        do throws(InputFault) {
            let url = try client.egress.url(try Self.address(of: message.destination))
            request = Vendor(client: client).post(url, Self.body(of: message))
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await Vendor(client: client).send(request, attempt: message.attempt) { Self.judge($0, now: now) }
    }

    // MARK: The request

    /// The address that is posted to: asked to wait, Discord says which message came of it. A gateway or another host is fine
    /// as long as the end of the path is Discord's; the addresses behind it that read the bodies of Slack and GitHub are not.
    private static func address(of destination: String) throws(InputFault) -> String {
        let url = try ChatAPI.webhook(destination)
        let halves = url.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let segments = halves[0].split(separator: "/")
        guard segments.count >= 3, segments[segments.count - 3] == "webhooks" else {
            throw InputFault(
                at: "destination", "the address of a webhook of Discord ends in /webhooks/, its number and its key")
        }
        if url.scheme == .http, case .name(let host) = url.host,
            ["discord.com", "discordapp.com"].contains(where: { host == $0 || host.hasSuffix("." + $0) })
        {
            throw InputFault(at: "destination", "the address of a webhook of Discord starts with https://")
        }
        let query = halves.count > 1 ? halves[1].split(separator: "&").filter { !$0.hasPrefix("wait=") } : []
        let origin = url.text.dropLast(url.target.utf8.count)
        return "\(origin)/\(segments.joined(separator: "/"))?\((query + ["wait=true"]).joined(separator: "&"))"
    }

    private static func body(of message: OutgoingMessage) -> JSON {
        let chat = ChatMessage(message)
        let subject = ChatDialect.discord.write(chat.subject, atMost: contentUnits - 4, .utf16)
        // The first link is the title's.
        let below = (chat.acknowledge.map { [$0] } ?? []) + chat.links.dropFirst()
        var embed: [JSON.Member] = []
        if let details = chat.links.first {
            let title = ChatDialect.discord.write(details.label, atMost: titleUnits, .utf16)
            embed.append(.init("title", .string(title)))
            embed.append(.init("url", .string(details.address)))
        }
        let description = ChatDialect.discord.write(chat.text, links: below, atMost: descriptionUnits, .utf16)
        if !description.isEmpty { embed.append(.init("description", .string(description))) }
        let isUrgent = message.purpose == .page && message.isUrgent
        embed.append(.init("color", .integer(isUrgent ? 0xd92d20 : 0x667085)))
        embed.append(.init("timestamp", .string(WireDate(message.created).iso8601)))
        return [
            "content": .string("**\(subject)**"),
            // An embed with nothing to read would have the message refused.
            "embeds": embed.count > 2 ? [.object(embed)] : [], "allowed_mentions": ["parse": []],
        ]
    }

    // MARK: The answer

    private static func judge(_ answer: EgressAnswer, now: Instant) -> AttemptResult {
        switch answer.status {
        case 200...299:
            return Vendor.judge(answer, now: now, receipt: ChatAPI.receipt(Vendor.json(answer)?["id"]?.string))
        case 429:
            return .transient(reason: "HTTP 429", retryAfter: wait(in: answer) ?? answer.retryAfter(now: now))
        default: return Vendor.judge(answer, now: now)
        }
    }

    /// `retry_after` of the body, in seconds with a fraction, which is more exact than the header. A limit of the network in
    /// front of Discord has only the header.
    private static func wait(in answer: EgressAnswer) -> Duration? {
        let seconds: Double
        switch Vendor.json(answer)?["retry_after"] {
        case .integer(let number): seconds = Double(number)
        case .double(let number): seconds = number
        default: return nil
        }
        guard seconds >= 0 else { return nil }
        let longest = Double(RetryAfter.longest.wholeSeconds)
        return .milliseconds(Int64((min(seconds, longest) * 1_000).rounded(.up)))
    }
}
