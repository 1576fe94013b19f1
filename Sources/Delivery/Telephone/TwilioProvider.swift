import Chronology
import Crypto
import Notation

/// Twilio (twilio.com/docs: "Messages resource", "Calls resource", "TwiML", "Webhooks security").
struct TwilioProvider: TelephoneProvider {
    let vendor: Vendor

    /// The receiver wants no messages from the number or the service they come from.
    private static let optedOut = 21_610

    func request(for order: TelephoneOrder) throws(InputFault) -> EgressRequest {
        let account = order.account
        guard let sid = account["accountSid"], let token = account.secret("authToken") else {
            throw InputFault(at: "account", "the channel's account is not set up")
        }
        var form: [(name: String, value: String)] = [("To", order.to)]
        if order.kind == .sms, let service = account["messagingServiceSid"] {
            form.append(("MessagingServiceSid", service))
        } else {
            form.append(("From", account["from"] ?? ""))
        }
        let back = account.callback
        let mark = order.reference.map { "?reference=\($0)" } ?? ""
        switch order.kind {
        case .sms:
            form.append(("Body", order.words))
            // What arrives later than a page is worth is not sent at all.
            form.append(("ValidityPeriod", "900"))
        case .voice:
            form.append(("Twiml", TwiML.call(order, gatherAt: back.map { "\($0)/digit\(mark)" })))
            form.append(("Timeout", "30"))
        }
        if let back, order.message.purpose != .verification {
            form.append(("StatusCallback", "\(back)/status\(mark)"))
        }
        let resource = order.kind == .sms ? "Messages" : "Calls"
        let url = try vendor.url(account, "https://api.twilio.com", "/2010-04-01/Accounts/\(sid)/\(resource).json")
        return vendor.post(url, form: form, headers: [Vendor.basic(sid, token)])
    }

    func judge(_ answer: EgressAnswer, of order: TelephoneOrder, now: Instant) -> AttemptResult {
        if (200...299).contains(answer.status) {
            return .accepted(detail: "Twilio has it", receipt: answer.word("sid", longest: 64))
        }
        let code = Vendor.json(answer)?["code"]?.integer.flatMap { Int(exactly: $0) }
        switch code {
        case 21_211, 21_214, 21_614:
            return .permanent(reason: "Twilio \(code ?? 0): it is no number that can be reached")
        case Self.optedOut: return .permanent(reason: "Twilio 21610: the receiver asked for no more messages")
        // Ten hours of messages wait for the number they are sent from; some will have gone by the next attempt.
        case 21_611:
            return .transient(
                reason: "Twilio 21611: too many messages wait to be sent", retryAfter: answer.retryAfter(now: now))
        case 20_003: return .permanent(reason: "Twilio 20003: it does not accept the account's key")
        case 20_429:
            return .transient(reason: "Twilio 20429: too many requests", retryAfter: answer.retryAfter(now: now))
        case .some(let code) where (10_000...99_999).contains(code) && answer.status != 429 && answer.status < 500:
            return .permanent(reason: "Twilio \(code)")
        default: return Vendor.judge(answer, now: now)
        }
    }

    func healthCheck(_ account: ChannelAccount) throws(InputFault) -> EgressRequest? {
        guard let sid = account["accountSid"], let token = account.secret("authToken") else { return nil }
        return EgressRequest(
            method: .get, url: try vendor.url(account, "https://api.twilio.com", "/2010-04-01/Accounts/\(sid).json"),
            headers: [Vendor.basic(sid, token)], wantsBody: true)
    }

    // MARK: What comes back

    static func prove(_ call: InboundCall) throws(InboundFault) {
        guard let token = call.account.secret("authToken") else { throw .unproven("no auth token is set") }
        guard let signature = call.header("X-Twilio-Signature") else { throw .unproven("the signature is missing") }
        guard let fields = FormText.decode(call.body) else { throw .unreadable("the form cannot be read") }
        guard TwilioSignature(token).isRight(signature, of: call.url, fields) else {
            throw .unproven("the signature is not right")
        }
    }

    static func read(_ call: InboundCall) throws(InboundFault) -> [Said] {
        guard let fields = FormText.decode(call.body) else { throw .unreadable("the form cannot be read") }
        func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        let reference = call.query("reference").flatMap { $0.isWord ? $0 : nil }
        let subject = reference.map { Said.Subject.reference($0, from: nil) }
        switch call.path {
        case "status":
            let code = field("ErrorCode").flatMap { Int($0) }
            // A message that was taken first and refused later: the next one would be refused, too.
            var beside: [Said] = []
            if code == optedOut, field("MessageStatus") != nil, let to = field("To"), PhoneNumber(to) != nil {
                beside = [.gone(destination: to, reason: TelephoneReply.optedOut)]
            }
            guard let subject = subject ?? (field("MessageSid") ?? field("CallSid")).map({ .receipt($0) }) else {
                return beside
            }
            switch field("MessageStatus") ?? field("CallStatus") {
            case "delivered": return [.delivered(subject, detail: "the telephone has it")]
            case "undelivered", "failed":
                return [.undelivered(subject, reason: code.map { "Twilio \($0)" } ?? "it was not delivered")] + beside
            case "busy": return [.undelivered(subject, reason: "busy")]
            case "no-answer": return [.undelivered(subject, reason: "nobody picked up")]
            case "canceled": return [.undelivered(subject, reason: "the call was cancelled")]
            // A call that was answered says nothing: it may have been a machine.
            default: return beside
            }
        case "reply":
            guard let from = field("From"), PhoneNumber(from) != nil else { throw .unreadable("there is no sender") }
            // A messaging service says what its own words, in any language, did (twilio.com/docs, "Advanced Opt-Out").
            if field("OptOutType") == "STOP" { return [.gone(destination: from, reason: TelephoneReply.optedOut)] }
            return [TelephoneReply.read(field("Body") ?? "", from: from)]
        case "digit":
            guard let reference else { throw .unreadable("there is no reference") }
            return [TelephoneReply.key(field("Digits") ?? "", reference, from: nil)].compactMap { $0 }
        default: throw .unknownPath
        }
    }
}

/// `X-Twilio-Signature`: HMAC-SHA1 under the auth token over the address and the sorted fields of the form, in base 64
/// (twilio.com/docs, "Webhooks security").
public struct TwilioSignature: Sendable {
    private let key: SymmetricKey

    public init(_ token: Secret) { key = SymmetricKey(data: Array(token.reveal().utf8)) }

    public func make(of url: String, _ fields: [(name: String, value: String)]) -> String {
        Base64.encode(mac(url, fields))
    }

    /// The port may or may not stand in the address that Twilio signed, whatever stands in ours.
    public func isRight(_ signature: String, of url: String, _ fields: [(name: String, value: String)]) -> Bool {
        guard let given = Base64.decode(signature) else { return false }
        return [url, Self.withPort(url), Self.withoutPort(url)].contains { candidate in
            let own = mac(candidate, fields)
            guard own.count == given.count else { return false }
            return zip(own, given).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }

    private func mac(_ url: String, _ fields: [(name: String, value: String)]) -> [UInt8] {
        var text = url
        var seen: Set<String> = []
        // Each value of a repeated name once, in order.
        for field in fields.sorted(by: { ($0.name, $0.value) < ($1.name, $1.value) })
        where seen.insert("\(field.name)\u{0}\(field.value)").inserted {
            text += field.name + field.value
        }
        return Array(HMAC<Insecure.SHA1>.authenticationCode(for: Array(text.utf8), using: key))
    }

    private static func withoutPort(_ url: String) -> String {
        url.replacing(":443/", with: "/").replacing(":80/", with: "/")
    }

    private static func withPort(_ url: String) -> String {
        guard let host = url.firstRange(of: "://") else { return url }
        let rest = url[host.upperBound...]
        guard let slash = rest.firstIndex(of: "/"), !rest[..<slash].contains(":") else { return url }
        return String(url[..<slash]) + (url.hasPrefix("https") ? ":443" : ":80") + String(url[slash...])
    }
}

extension InboundCall {
    /// A field of the address' query.
    func query(_ name: String) -> String? {
        guard let mark = url.firstIndex(of: "?") else { return nil }
        return FormText.decode(Array(url[url.index(after: mark)...].utf8))?.first { $0.name == name }?.value
    }
}
