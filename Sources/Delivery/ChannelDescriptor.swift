import Chronology

/// What a channel is and what it can do, as data: forms, documentation and the outbox are driven by it.
public struct ChannelDescriptor: Hashable, Sendable {
    /// How a reader of the message can say "I have it".
    public enum Acknowledgement: String, Hashable, Sendable {
        /// By following a link in the message, whose page asks to confirm.
        case link
        /// By a button in the message itself, or a link.
        case button
        /// By a reply with a code, or a key.
        case reply
        /// Not through this channel.
        case none
    }

    /// What is known once a message was accepted.
    public enum Receipts: String, Hashable, Sendable {
        /// That the next hop took it, not that anybody has it.
        case relay
        /// That the destination itself took it.
        case endpoint
        /// The far end reports later whether it arrived.
        case reported
    }

    /// One field of a form.
    public struct Field: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable {
            case mailAddress, webAddress, signingKey
            /// E.164: `+4915112345678`.
            case phoneNumber
            /// One line of printable text.
            case text
            /// As `text`, and never shown again.
            case secret
            /// One of `choices`.
            case choice
        }

        public let name: String
        public let label: String
        public let kind: Kind
        public let isRequired: Bool
        /// Shown as an example, never used as a value.
        public let example: String
        /// One sentence on where to find it; empty: the label says it.
        public let hint: String
        public let choices: [String]
        public let longest: Int

        public init(
            name: String, label: String, kind: Kind, isRequired: Bool, example: String, hint: String = "",
            choices: [String] = [], longest: Int = 2_048
        ) {
            self.name = name
            self.label = label
            self.kind = kind
            self.isRequired = isRequired
            self.example = example
            self.hint = hint
            self.choices = choices
            self.longest = longest
        }

        public var isSecret: Bool { kind == .secret || kind == .signingKey }
    }

    public struct Limits: Hashable, Sendable {
        /// Bytes of a finished message; a longer one is refused for good, never cut.
        public let messageBytes: Int
        /// No attempt takes longer. A lease on a delivery must outlive it.
        public let attemptTime: Duration
        /// Attempts worth making at once, so that a storm neither exhausts sockets nor looks like an attack to a relay.
        public let concurrentAttempts: Int
        /// What the provider says it takes, of the whole account; nil: it says nothing. The account's own setting wins.
        public let rate: Rate?

        public init(messageBytes: Int, attemptTime: Duration, concurrentAttempts: Int, rate: Rate? = nil) {
            self.messageBytes = messageBytes
            self.attemptTime = attemptTime
            self.concurrentAttempts = concurrentAttempts
            self.rate = rate
        }
    }

    /// So many messages in so long a time.
    public struct Rate: Hashable, Sendable {
        public let messages: Int
        public let window: Duration

        public init(_ messages: Int, in window: Duration) {
            self.messages = messages
            self.window = window
        }
    }

    /// A stable word: `email`, `webhook`.
    public let kind: String
    public let label: String
    /// The fields of a destination: the first is the `destination` of a message; the second, where there is one, its secret.
    public let fields: [Field]
    /// What the organisation sets once, for all messages by the channel. Empty: nothing, the channel works as it is.
    public let account: [Field]
    public let limits: Limits
    public let acknowledgement: Acknowledgement
    public let receipts: Receipts
    /// Whether the far end should be told when somebody has taken the page or it has ended: by a message of the kind `settled`
    /// with the receipt of the first one.
    public let followsUp: Bool
    /// Whether a person has to prove that the destination is theirs, with a code sent to it, before pages use it.
    public let needsVerification: Bool
    /// One or two sentences for whoever sets it up: what it is good for, what it costs, what it cannot do.
    public let about: String

    public init(
        kind: String, label: String, fields: [Field], account: [Field] = [], limits: Limits,
        acknowledgement: Acknowledgement, receipts: Receipts, followsUp: Bool = false, needsVerification: Bool = false,
        about: String = ""
    ) {
        self.kind = kind
        self.label = label
        self.fields = fields
        self.account = account
        self.limits = limits
        self.acknowledgement = acknowledgement
        self.receipts = receipts
        self.followsUp = followsUp
        self.needsVerification = needsVerification
        self.about = about
    }
}
