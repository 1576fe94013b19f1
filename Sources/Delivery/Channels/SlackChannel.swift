import Chronology
import Notation

/// Posts to a member or a channel of a Slack workspace as an app that its owner has made, and hears its buttons
/// (docs.slack.dev, "chat.postMessage", "chat.update", "Handling user interaction").
///
/// Slack has no key against repeats: a message that is sent again after its answer was lost is shown twice. Its id is in the
/// message's metadata. A message about a page that has been taken or has ended changes the first one and takes its buttons away;
/// without the first one's receipt nothing is sent.
public struct SlackChannel: AnsweringChannel {
    public static let descriptor = ChannelDescriptor(
        kind: "slack",
        label: "Slack",
        fields: [
            .init(
                name: "id", label: "Member or channel ID", kind: .text, isRequired: true, example: "U012AB3CDEF",
                hint: "Under \"Copy member ID\" in the menu of a profile, or at the end of a channel's details.",
                longest: 32)
        ],
        account: [
            .init(
                name: "token", label: "Bot token", kind: .secret, isRequired: true, example: "xoxb-…",
                hint: "Under \"OAuth & Permissions\" of the app, which needs the scope chat:write.", longest: 512),
            .init(
                name: "signingSecret", label: "Signing secret", kind: .secret, isRequired: false,
                example: "8f742231b10e…",
                hint: """
                    For the buttons: under "Basic Information" of the app, whose "Interactivity" must post to the callback's \
                    address with /interactive behind it. Without it a message has links.
                    """,
                longest: 256),
            ChatAPI.base(usualBase),
        ],
        // A message holds 50 blocks of 3,000 characters; ours are at most four. One message a second goes to one channel, and
        // "several hundred" a minute to a workspace ("Rate limits").
        limits: .init(
            messageBytes: 131_072, attemptTime: .seconds(20), concurrentAttempts: 8,
            rate: .init(200, in: .seconds(60))),
        acknowledgement: .button,
        receipts: .endpoint,
        followsUp: true,
        about: """
            Direct messages and channels of a Slack workspace, with buttons where Slack can reach this server. Slack keeps \
            quiet for people who have paused their notifications, and the app must be invited into a channel first.
            """)

    static let usualBase = "https://slack.com/api"

    let client: EgressClient

    public init(_ client: EgressClient) {
        self.client = client
    }

    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
        guard isID(destination) else {
            throw InputFault(
                at: "destination", "Slack needs an ID such as U012AB3CDEF or C012AB3CDEF, not the name it belongs to")
        }
    }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
        try ChatAPI.checkBase("apiBase", of: account)
        _ = try token(of: account)
    }

    public func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult {
        let request: EgressRequest
        do throws(InputFault) {
            let method: String
            let body: JSON
            if message.purpose == .settled {
                guard let receipt = message.earlier else {
                    return .accepted(detail: "there is no message to change", receipt: nil)
                }
                guard let earlier = SlackReceipt(receipt) else {
                    throw InputFault(at: "earlier", "the receipt of the first message is not one of Slack's")
                }
                (method, body) = ("/chat.update", SlackMessage(message).update(of: earlier))
            } else {
                try Self.check(destination: message.destination, secret: nil)
                (method, body) = ("/chat.postMessage", SlackMessage(message).post)
            }
            request = try self.request(method, message.account) { vendor, url, headers in
                vendor.post(url, body, headers: headers)
            }
        } catch {
            return .permanent(reason: error.reason, by: .tocsin)
        }
        return await Vendor(client: client).send(request, attempt: message.attempt) { Self.judge($0, now: now) }
    }

    /// Asks whose token it is (docs.slack.dev, "auth.test"), which needs no permission.
    public func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth? {
        let request: EgressRequest
        do throws(InputFault) {
            request = try self.request("/auth.test", account) { vendor, url, headers in
                vendor.post(url, form: [], headers: headers)
            }
        } catch {
            return .bad(error.reason)
        }
        switch await Vendor(client: client).ask(request) {
        case .failure(let silence): return .bad(silence.reason)
        case .success(let answer):
            guard (200...299).contains(answer.status) else { return .bad("HTTP \(answer.status)") }
            guard let body = Vendor.json(answer), let isGood = body["ok"]?.bool else { return .bad(Self.noAnswer) }
            guard isGood else { return .bad(Self.fault(body["error"]).reason) }
            let user = ChatAPI.name(body["user"]) ?? "an app without a name"
            return .good("\(user) in \(ChatAPI.name(body["team"]) ?? "a workspace without a name")")
        }
    }

    // MARK: The request

    /// A letter for what it is, then capital letters and digits.
    static func isID(_ text: String) -> Bool {
        guard (3...32).contains(text.utf8.count), let first = text.first, "UWCGD".contains(first) else { return false }
        return text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) }
    }

    private static func token(of account: ChannelAccount) throws(InputFault) -> Secret {
        let token = try ChatAPI.token("token", of: account, called: "bot token of Slack")
        // A token that is renewed begins with another word.
        guard ["xoxb-", "xoxe.xoxb-"].contains(where: token.reveal().hasPrefix) else {
            throw InputFault(at: "token", "the bot token of Slack starts with xoxb-")
        }
        return token
    }

    func request(
        _ method: String, _ account: ChannelAccount,
        _ make: (Vendor, EgressURL, [(name: String, value: String)]) -> EgressRequest
    ) throws(InputFault) -> EgressRequest {
        let token = try Self.token(of: account)
        let url = try ChatAPI.url(client, account["apiBase"] ?? Self.usualBase, method)
        return make(Vendor(client: client), url, [Vendor.bearer(token)])
    }

    // MARK: The answer

    static let noAnswer = "HTTP 200 without an answer of Slack in it"

    /// Words after which the same request may be accepted.
    private static let passing: Set<String> = [
        "ratelimited", "rate_limited", "message_limit_exceeded", "fatal_error", "internal_error", "service_unavailable",
        "request_timeout", "team_added_to_org",
    ]

    /// Words that are passed on; another one may hold anything. What to do about the commonest stands behind them.
    private static let known: [String: String] = [
        "invalid_auth": "the token is not valid", "not_authed": "the token is missing",
        "account_inactive": "the app has been removed from the workspace",
        "token_revoked": "the token has been revoked",
        "token_expired": "the token has expired", "missing_scope": "the app lacks the scope chat:write",
        "not_allowed_token_type": "it must be a bot token", "no_permission": "the app may not do this",
        "channel_not_found": "there is no such channel, or the app may not see it",
        "is_archived": "the channel is archived", "not_in_channel": "the app must be invited into the channel",
        "user_not_found": "there is no such member", "user_disabled": "the member has been deactivated",
        "messages_tab_disabled": "the app must allow messages to it", "cannot_dm_bot": "a bot reads no messages",
        "restricted_action": "the channel takes no messages of the app", "access_denied": "", "ekm_access_denied": "",
        "org_login_required": "", "accesslimited": "", "team_access_not_granted": "", "msg_too_long": "",
        "msg_blocks_too_long": "", "no_text": "", "invalid_blocks": "", "invalid_blocks_format": "",
        "invalid_arguments": "", "invalid_metadata_format": "", "message_not_found": "the first message is gone",
        "cant_update_message": "the first message is not the app's",
        "edit_window_closed": "it is too late to change it",
    ]

    /// HTTP 200 with `"ok": false` is how Slack usually says no.
    private static func judge(_ answer: EgressAnswer, now: Instant) -> AttemptResult {
        guard (200...299).contains(answer.status) else { return Vendor.judge(answer, now: now) }
        guard let body = Vendor.json(answer), let isAccepted = body["ok"]?.bool else {
            return .unknown(reason: noAnswer)
        }
        guard isAccepted else {
            let fault = fault(body["error"])
            return fault.isPassing
                ? .transient(reason: fault.reason, retryAfter: answer.retryAfter(now: now))
                : .permanent(reason: fault.reason)
        }
        let receipt = SlackReceipt(channel: body["channel"]?.string, timestamp: body["ts"]?.string)
        return .accepted(detail: "Slack has posted it", receipt: receipt?.text)
    }

    static func fault(_ error: JSON?) -> (reason: String, isPassing: Bool) {
        guard let word = error?.string else { return ("Slack refused it", false) }
        if passing.contains(word) { return ("Slack answered \(word)", true) }
        guard let meaning = known[word] else { return ("Slack refused it", false) }
        return (meaning.isEmpty ? "Slack answered \(word)" : "Slack answered \(word): \(meaning)", false)
    }
}

/// What Slack calls a message: the channel it is in and its time there, which only together name it.
struct SlackReceipt: Hashable {
    let channel: String
    let timestamp: String

    var text: String { "\(channel):\(timestamp)" }

    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { return nil }
        self.init(channel: parts[0], timestamp: parts[1])
    }

    /// A time is digits with one dot.
    init?(channel: String?, timestamp: String?) {
        guard let channel, SlackChannel.isID(channel), let timestamp else { return nil }
        let parts = timestamp.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ (1...20).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        else { return nil }
        self.channel = channel
        self.timestamp = timestamp
    }
}
