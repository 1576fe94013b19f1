import Chronology
import Crypto
import Notation

/// A gateway of one's own: a modem, a PBX, another company behind a few lines of script. It takes
/// `{"id", "kind": "sms"|"voice", "to", "from", "text", "code", "reference", "callback"}` as JSON with a bearer token, answers 2xx
/// and perhaps `{"id"}`, or another status and perhaps `{"reason"}`, and may call back with the same token: to `…/status`
/// `{"reference", "state": "delivered"|"failed", "reason"}`, to `…/reply` `{"from", "text"}`, to `…/digit`
/// `{"reference", "digit"}`.
struct GatewayProvider: TelephoneProvider {
    let vendor: Vendor

    func request(for order: TelephoneOrder) throws(InputFault) -> EgressRequest {
        guard let url = order.account["url"], let token = order.account.secret("token") else {
            throw InputFault(at: "account", "the channel's account is not set up")
        }
        let acknowledgement = order.message.acknowledgement
        let body: JSON = [
            "id": .string(order.message.id), "kind": .string(order.kind.rawValue), "to": .string(order.to),
            "from": order.account["from"].map(JSON.string) ?? .null, "text": .string(order.words),
            "purpose": .string(order.message.purpose.rawValue), "urgent": .bool(order.message.isUrgent),
            "code": acknowledgement.map { .string($0.code) } ?? .null,
            "reference": acknowledgement.map { .string($0.reference) } ?? .null,
            "callback": order.account.callback.map(JSON.string) ?? .null,
        ]
        return vendor.post(try vendor.client.egress.url(url), body, headers: [Vendor.bearer(token)])
    }

    func judge(_ answer: EgressAnswer, of order: TelephoneOrder, now: Instant) -> AttemptResult {
        let usual = Vendor.judge(answer, now: now, receipt: answer.word("id"))
        guard let words = Self.words(Vendor.json(answer)?["reason"]?.string), !Self.holdsToken(words, of: order.account)
        else { return usual }
        return switch usual {
        case .accepted, .unknown: usual
        case .transient(let reason, let retryAfter): .transient(reason: "\(reason): \(words)", retryAfter: retryAfter)
        case .permanent(let reason, let refuser): .permanent(reason: "\(reason): \(words)", by: refuser)
        }
    }

    /// How much of a gateway's own reason is passed on: characters, and bytes where each of them is made of many.
    private static let longestReason = (characters: 200, bytes: 800)

    /// A gateway's own reason as one line of bounded length; nil: it gave none.
    private static func words(_ reason: String?) -> String? {
        let line = LineText(flattening: reason ?? "", limit: longestReason.characters).text.trimmed
        return line.isEmpty ? nil : line.shortened(toBytes: longestReason.bytes)
    }

    /// A gateway may repeat what it was sent.
    private static func holdsToken(_ words: String, of account: ChannelAccount) -> Bool {
        account.secret("token").map { words.contains($0.reveal()) } ?? false
    }

    func healthCheck(_ account: ChannelAccount) throws(InputFault) -> EgressRequest? { nil }

    static func prove(_ call: InboundCall) throws(InboundFault) {
        guard let token = call.account.secret("token"), let given = call.header("Authorization") else {
            throw .unproven("the token is missing")
        }
        // Compared by their hashes, so that the time tells nothing.
        let (own, other) = ("Bearer \(token.reveal())", given)
        guard SHA256.hash(data: Array(own.utf8)) == SHA256.hash(data: Array(other.utf8)) else {
            throw .unproven("the token is not right")
        }
    }

    static func read(_ call: InboundCall) throws(InboundFault) -> [Said] {
        let json: JSON
        do throws(InputFault) { json = try JSON(parsing: call.body, limits: .vendor) } catch {
            throw .unreadable(error.reason)
        }
        func word(_ name: String) -> String? { json[name]?.string.flatMap { $0.isWord ? $0 : nil } }
        let subject = word("reference").map { Said.Subject.reference($0, from: nil) } ?? word("id").map { .receipt($0) }
        switch call.path {
        case "status":
            guard let subject else { throw .unreadable("there is neither reference nor id") }
            switch json["state"]?.string {
            case "delivered": return [.delivered(subject, detail: "the telephone has it")]
            case "failed":
                let reason = words(json["reason"]?.string).flatMap { holdsToken($0, of: call.account) ? nil : $0 }
                return [.undelivered(subject, reason: reason ?? "it was not delivered")]
            default: throw .unreadable("state is delivered or failed")
            }
        case "reply":
            guard let from = json["from"]?.string, PhoneNumber(from) != nil else {
                throw .unreadable("from is no number")
            }
            return [TelephoneReply.read(json["text"]?.string ?? "", from: from)]
        case "digit":
            guard let reference = word("reference") else { throw .unreadable("there is no reference") }
            return [TelephoneReply.key(json["digit"]?.string ?? "", reference, from: nil)].compactMap { $0 }
        default: throw .unknownPath
        }
    }
}
