import Chronology
import Notation

/// Notifications by Pushover (pushover.net/api). An urgent page is an emergency: it sounds every minute for an hour until it is
/// acknowledged in the app, which takes the page; taking it elsewhere ends the sound.
public struct PushoverChannel: Channel, AnsweringChannel, PolledChannel {
    public static let descriptor = ChannelDescriptor(
        kind: "pushover", label: "Pushover",
        fields: [
            .init(
                name: "user", label: "User key", kind: .text, isRequired: true,
                example: "uQiRzpo4DXghDmr9QzzfQu27cmVRsG",
                hint: "It stands on the first page of pushover.net once you have signed in.", longest: 64)
        ],
        account: [
            .init(
                name: "token", label: "Application token", kind: .secret, isRequired: true,
                example: "azGDORePK8gMaC0QOYAMyEEuzJnyUi", hint: "Register an application at pushover.net/apps/build.",
                longest: 64),
            .apiBase("https://api.pushover.net"),
        ],
        limits: .init(messageBytes: 16_384, attemptTime: .seconds(20), concurrentAttempts: 2),
        // What is reported is that somebody acknowledged, and never that a message arrived; and that only of an emergency.
        acknowledgement: .button, receipts: .relay, followsUp: true,
        about:
            "Loud notifications that repeat until somebody acknowledges in the app. Costs each person a small sum once."
    )

    // Characters of what is sent (pushover.net/api, "Limitations"), counted in Unicode scalars, which are never fewer.
    static let textLength = 1_024
    static let titleLength = 250
    static let linkLength = 512
    static let linkTitleLength = 100

    let vendor: Vendor
    let patience: Duration

    /// `patience` is how long one asking for receipts goes on to the next of them: less than the lease on the asking, by the
    /// time that a request may take.
    public init(_ client: EgressClient, patience: Duration = .seconds(20)) {
        vendor = Vendor(client: client)
        self.patience = patience
    }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        guard destination.utf8.count == 30, destination.isWord else {
            throw InputFault(at: "destination", "a user key has 30 letters and digits")
        }
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        guard let token = message.account.secret("token") else { return .notSetUp }
        let request: EgressRequest
        do throws(InputFault) {
            if message.purpose == .settled, let earlier = message.earlier {
                guard earlier.isWord else { return .accepted(detail: "nothing to cancel", receipt: nil) }
                request = vendor.post(
                    try vendor.url(message.account, "https://api.pushover.net", "/1/receipts/\(earlier)/cancel.json"),
                    form: [("token", token.reveal())])
            } else {
                request = vendor.post(
                    try vendor.url(message.account, "https://api.pushover.net", "/1/messages.json"),
                    form: Self.form(message, token))
            }
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await vendor.send(request, attempt: message.attempt) { answer in
            Self.judge(answer, now: now)
        }
    }

    private static func judge(_ answer: EgressAnswer, now: Instant) -> AttemptResult {
        guard (200...299).contains(answer.status) else { return Vendor.judge(answer, now: now) }
        switch Vendor.json(answer)?["status"]?.integer {
        case 1: return Vendor.judge(answer, now: now, receipt: answer.word("receipt"))
        case .some: return .permanent(reason: "HTTP \(answer.status): Pushover refused the message")
        // Something else answered, in front of Pushover or in its place.
        case nil: return .unknown(reason: "HTTP \(answer.status) without an answer of Pushover in it")
        }
    }

    /// What is left of the text for the sake of a link that stands below it, in characters. A longer link is left out.
    private static let shortestText = 256

    private static func cut(_ text: String, _ most: Int) -> String {
        ChatDialect.verbatim.write(text, atMost: most, .scalars)
    }

    private static func form(_ message: OutgoingMessage, _ token: Secret) -> [(name: String, value: String)] {
        let title = cut(LineText(flattening: message.subject, limit: .max).text.trimmed, titleLength)
        var text = message.body
        // A message without text is refused.
        if text.isEmpty { text = title.isEmpty ? "Tocsin" : title }
        var form: [(name: String, value: String)] = [("token", token.reveal()), ("user", message.destination)]
        if !title.isEmpty { form.append(("title", title)) }
        var link: [(name: String, value: String)] = []
        if let details = message.details {
            let address = details.address
            let room = textLength - address.unicodeScalars.count - 1
            if address.unicodeScalars.count <= linkLength {
                let label = cut(details.label.trimmed, linkTitleLength)
                link = [("url", address), ("url_title", label.isEmpty ? "Open" : label)]
            } else if room >= shortestText || room >= text.unicodeScalars.count {
                text = "\(cut(text, room))\n\(address)"
            }
        }
        form +=
            [("message", cut(text, textLength)), ("timestamp", "\(message.created.microseconds / 1_000_000)")] + link
        guard message.purpose == .page, message.isUrgent else { return form + [("priority", "0")] }
        form += [("priority", "2"), ("retry", "60"), ("expire", "3600")]
        if let callback = message.account.callback { form.append(("callback", callback + "/receipt")) }
        return form
    }

    public func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth? {
        guard let token = account.secret("token") else { return .bad("the application token is missing") }
        do throws(InputFault) {
            let url = try vendor.url(
                account, "https://api.pushover.net",
                "/1/apps/limits.json?token=\(FormText.percentEncode(token.reveal()))")
            switch await vendor.ask(EgressRequest(method: .get, url: url, wantsBody: true)) {
            case .success(let answer) where answer.status == 200:
                return .good(
                    "\(answer.word("remaining") ?? "some") messages are left of this month's \(answer.word("limit") ?? "quota")"
                )
            case .success(let answer): return .bad("HTTP \(answer.status): it does not accept the token")
            case .failure(let silence): return .bad(silence.reason)
            }
        } catch { return .bad(error.reason) }
    }

    // MARK: What comes back

    /// There is no signature: that the address is known is the proof.
    public static func read(_ call: InboundCall) throws(InboundFault) -> [Said] {
        guard call.path == "receipt" else { throw .unknownPath }
        guard let fields = FormText.decode(call.body) else { throw .unreadable("the form cannot be read") }
        func field(_ name: String) -> String? { fields.first { $0.name == name }?.value }
        guard let receipt = field("receipt"), receipt.isWord, receipt.utf8.count <= 64 else {
            throw .unreadable("there is no receipt")
        }
        return field("acknowledged") == "1" ? [.acknowledge(.receipt(receipt))] : []
    }

    public static func response(to call: InboundCall, outcome: String?) -> InboundResponse { InboundResponse() }
}
