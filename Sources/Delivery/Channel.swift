import Chronology
import Notation

/// A way out of Tocsin: one kind of destination, and one attempt at a time.
///
/// A channel performs a single attempt and says how it ended. Which attempt comes next, when, and for how long is
/// decided by whoever owns the outbox: a channel never retries, sleeps or remembers.
public protocol Channel: Sendable {
    /// What the channel is and what it can do; the same for every instance.
    static var descriptor: ChannelDescriptor { get }

    /// Refuses a destination that can never work, without the network: what the fields' kinds say, and what the channel
    /// knows beside. The fault's place is the member at fault, `destination` or `secret`.
    static func check(destination: String, secret: Secret?) throws(InputFault)

    /// Refuses settings of the account that can never work. The fault's place is the field's name.
    static func check(account: ChannelAccount) throws(InputFault)

    /// The server that messages to the destination are handed to. Destinations that share one are slow or dead together.
    /// Any short text; the same for every attempt.
    func farEnd(of destination: String) -> String

    /// Makes one attempt at one message and says how it ended. Never throws and always returns within the descriptor's
    /// `attemptTime`. `now` is written into signatures and is what a date in a reply is measured from.
    ///
    /// Called again with the same `id`, it sends the same message again, marked so that the receiver can recognise it.
    /// When the task is cancelled, an open connection is dropped at once (a lookup or a connection that is still being made
    /// runs into its own limit), and the result says whether the message may have been accepted.
    func attempt(_ message: OutgoingMessage, now: Instant) async -> AttemptResult

    /// Whether the account works, by a request that tells nobody anything. nil: the far end has none.
    func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth?
}

extension Channel {
    public static func check(destination: String, secret: Secret?) throws(InputFault) {
        try descriptor.check(destination: destination, secret: secret)
    }

    public static func check(account: ChannelAccount) throws(InputFault) {
        try descriptor.check(account: account)
    }

    public func farEnd(of destination: String) -> String { Self.descriptor.kind }

    public func health(of account: ChannelAccount, now: Instant) async -> ChannelHealth? { nil }
}

/// A channel whose far end calls back: a receipt, a button, a reply.
public protocol AnsweringChannel: Channel {
    /// What a request of the far end says. It is believed only when it proves where it comes from: by a signature under the
    /// account's secret, or by the secret in its address. Throws when it does not, or cannot be read; nothing was said then.
    static func read(_ call: InboundCall) throws(InboundFault) -> [Said]

    /// What the far end is answered, once `outcome` is known: a sentence for the person, as "Acknowledged." or "Ben has it."
    static func response(to call: InboundCall, outcome: String?) -> InboundResponse
}

/// A channel whose far end has to be asked what came back.
public protocol PolledChannel: Channel {
    /// Asks once. `cursor` is what the last asking returned; nil at first. `receipts` are those of messages about pages that
    /// nobody has taken yet. May wait for up to `longestPoll` for something to happen.
    func listen(
        _ account: ChannelAccount, cursor: String?, receipts: [String], now: Instant
    ) async -> PolledChannelAnswer
}

public struct PolledChannelAnswer: Hashable, Sendable {
    public var said: [Said]
    public var cursor: String?
    /// Why it could not be asked; nil: it could.
    public var fault: String?

    public init(said: [Said] = [], cursor: String? = nil, fault: String? = nil) {
        self.said = said
        self.cursor = cursor
        self.fault = fault
    }
}

/// Whether a channel's account works.
public enum ChannelHealth: Hashable, Sendable {
    /// One line for the operator: whose account it is.
    case good(String)
    case bad(String)
}

/// What the organisation has set for a channel: keys of an account, numbers to send from. Plain where the descriptor says so,
/// secret where it says so.
public struct ChannelAccount: Hashable, Sendable {
    public var settings: [String: String]
    public var secrets: [String: Secret]
    /// Where far ends call back, without a slash at the end: `https://tocsin.example.com/in/channels/sms/TOKEN`. nil: the
    /// server has not been told where it is found, so nothing can call back.
    public var callback: String?

    public init(settings: [String: String] = [:], secrets: [String: Secret] = [:], callback: String? = nil) {
        self.settings = settings
        self.secrets = secrets
        self.callback = callback
    }

    /// The setting; nil when it is not there or empty.
    public subscript(_ name: String) -> String? { settings[name].flatMap { $0.isEmpty ? nil : $0 } }
    public func secret(_ name: String) -> Secret? { secrets[name].flatMap { $0.isEmpty ? nil : $0 } }
}

/// What came back through a channel.
public enum Said: Hashable, Sendable {
    /// Which message is answered.
    public enum Subject: Hashable, Sendable {
        /// The `reference` that the message carried. `from` is who answered, as the channel names people (a destination); nil
        /// where the reference alone is the right to answer.
        case reference(String, from: String?)
        /// The far end's own name of the message.
        case receipt(String)
        /// The `code` that the message carried, and the destination that answered.
        case code(String, from: String)
        /// The only page that waits for that destination.
        case only(from: String)
    }

    case acknowledge(Subject)
    /// Ask the next rung for help.
    case escalate(Subject)
    /// The message has arrived. May come before the sender's own answer is known.
    case delivered(Subject, detail: String)
    /// The message will not arrive; the next way should be taken.
    case undelivered(Subject, reason: String)
    /// The destination wants no more messages, or does not exist any more: nothing is sent there until it is added anew.
    case gone(destination: String, reason: String)
    /// Words that mean nothing to the channel.
    case unclear(from: String, words: String)
}

/// A request of a far end, as it arrived.
public struct InboundCall: Sendable {
    public var method: String
    /// The whole address as the far end called it, with its query.
    public var url: String
    /// The path below the account's callback, without a slash in front: `status`.
    public var path: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    public var account: ChannelAccount
    public var now: Instant

    public init(
        method: String, url: String, path: String, headers: [(name: String, value: String)], body: [UInt8],
        account: ChannelAccount, now: Instant
    ) {
        self.method = method
        self.url = url
        self.path = path
        self.headers = headers
        self.body = body
        self.account = account
        self.now = now
    }

    public func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

public enum InboundFault: Error, Hashable, Sendable {
    /// It does not prove that the far end sent it: 403.
    case unproven(String)
    /// It proves it, and cannot be read: 400.
    case unreadable(String)
    /// There is nothing at that path: 404.
    case unknownPath
}

public struct InboundResponse: Hashable, Sendable {
    public var status: Int
    public var contentType: String
    public var body: String

    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: String = "") {
        self.status = status
        self.contentType = contentType
        self.body = body
    }
}
