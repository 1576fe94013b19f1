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
        acknowledgement: .button, receipts: .reported, followsUp: true,
        about:
            "Loud notifications that repeat until somebody acknowledges in the app. Costs each person a small sum once."
    )

    private let vendor: Vendor

    public init(_ client: EgressClient) { vendor = Vendor(client: client) }

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
            Vendor.judge(answer, now: now, receipt: answer.word("receipt"))
        }
    }

    private static func form(_ message: OutgoingMessage, _ token: Secret) -> [(name: String, value: String)] {
        var form: [(name: String, value: String)] = [
            ("token", token.reveal()), ("user", message.destination), ("title", message.subject.shortened(to: 250)),
            ("message", message.body.shortened(to: 1_024)),
            ("timestamp", "\(message.created.microseconds / 1_000_000)"),
        ]
        if let details = message.details, details.address.utf8.count <= 512 {
            form += [("url", details.address), ("url_title", details.label.shortened(to: 100))]
        }
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

    /// How many receipts one asking looks at: at the vendor's limit of one request in 5 s for each, with room to spare.
    static let mostReceipts = 20

    public func listen(
        _ account: ChannelAccount, cursor: String?, receipts: [String], now: Instant
    ) async -> PolledChannelAnswer {
        guard let token = account.secret("token") else { return PolledChannelAnswer() }
        var found = PolledChannelAnswer()
        for receipt in receipts.prefix(Self.mostReceipts) where receipt.isWord {
            do throws(InputFault) {
                let path = "/1/receipts/\(receipt).json?token=\(FormText.percentEncode(token.reveal()))"
                let url = try vendor.url(account, "https://api.pushover.net", path)
                switch await vendor.ask(EgressRequest(method: .get, url: url, wantsBody: true)) {
                case .success(let answer):
                    if answer.status != 200 { found.fault = "HTTP \(answer.status)" }
                    if answer.word("acknowledged") == "1" { found.said.append(.acknowledge(.receipt(receipt))) }
                case .failure(let silence): found.fault = silence.reason
                }
            } catch { found.fault = error.reason }
        }
        return found
    }
}
