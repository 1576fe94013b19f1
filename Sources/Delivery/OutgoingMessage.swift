import Chronology
import Notation

/// One message to one destination. Every attempt at it is made from the same value except for `attempt`, so a repeat is
/// the same message byte for byte (only a signature's time differs).
public struct OutgoingMessage: Sendable {
    /// What the message is for.
    public enum Purpose: String, Hashable, Sendable {
        /// It wakes somebody.
        case page
        /// It tells without waking.
        case news
        /// It tries a way to be reached.
        case test
        /// It proves that a destination belongs to somebody: `text` holds the code.
        case verification
        /// The page of an earlier message has been taken or has ended: `earlier` is what that message was to the far end.
        case settled
    }

    /// How the page of the message can be taken.
    public struct Acknowledgement: Hashable, Sendable {
        /// A page in a browser that asks to confirm. Opening it changes nothing.
        public var link: String
        /// A POST without a body to this address takes the page at once: for buttons that a person presses, never for links
        /// that something else may follow.
        public var action: String
        /// What a button carries back: letters, digits, `_` and `-`, at most 48 of them.
        public var reference: String
        /// Four digits that a person replies with.
        public var code: String

        public init(link: String, action: String, reference: String, code: String) {
            self.link = link
            self.action = action
            self.reference = reference
            self.code = code
        }
    }

    /// A page or a document the reader may follow: an absolute http or https address.
    public struct Link: Hashable, Sendable {
        public var label: String
        public var address: String

        public init(label: String, address: String) {
            self.label = label
            self.address = address
        }
    }

    /// The idempotency key: the same on every attempt.
    public var id: String
    /// What the descriptor's first field is: a mail address, a web address, a number.
    public var destination: String
    /// Messages with the same key belong together and are shown so, for instance the id of a page.
    public var thread: String
    public var subject: String
    public var text: String
    public var html: String?
    /// What the reader can do: acknowledge, open the incident.
    public var links: [Link]
    /// The `data` of a webhook; when there is none, the channel writes subject, text, thread and links there.
    public var payload: JSON?
    /// Dotted words: `page.opened`.
    public var type: String
    /// When the message was decided on. The date that the reader sees.
    public var created: Instant
    /// 1 for the first attempt.
    public var attempt: Int
    /// Signing keys of the destination. Two while one replaces the other: the message is then signed with both. For other
    /// channels the one secret of the destination.
    public var secrets: [Secret]
    public var purpose: Purpose
    /// Whether it is worth waking somebody.
    public var isUrgent: Bool
    /// How the page can be taken; nil: there is nothing to take, or nobody can call back.
    public var acknowledgement: Acknowledgement?
    /// What the organisation has set for the channel.
    public var account: ChannelAccount
    /// What the far end called the earlier message that this one is about (`AttemptResult.accepted`'s receipt).
    public var earlier: String?

    public init(
        id: String, destination: String, thread: String, subject: String, text: String, html: String? = nil,
        links: [Link] = [], payload: JSON? = nil, type: String, created: Instant, attempt: Int = 1,
        secrets: [Secret] = [], purpose: Purpose = .page, isUrgent: Bool = true,
        acknowledgement: Acknowledgement? = nil, account: ChannelAccount = ChannelAccount(), earlier: String? = nil
    ) {
        self.id = id
        self.destination = destination
        self.thread = thread
        self.subject = subject
        self.text = text
        self.html = html
        self.links = links
        self.payload = payload
        self.type = type
        self.created = created
        self.attempt = attempt
        self.secrets = secrets
        self.purpose = purpose
        self.isUrgent = isUrgent
        self.acknowledgement = acknowledgement
        self.account = account
        self.earlier = earlier
    }
}
