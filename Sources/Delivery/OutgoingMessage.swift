import Chronology
import Notation

/// One message to one destination. Every attempt at it is made from the same value except for `attempt`, so a repeat is
/// the same message byte for byte (only a signature's time differs).
public struct OutgoingMessage: Sendable {
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
    /// A mail address or a web address, as the channel's descriptor says.
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
    /// Signing keys of the destination. Two while one replaces the other: the message is then signed with both.
    public var secrets: [Secret]

    public init(
        id: String, destination: String, thread: String, subject: String, text: String, html: String? = nil,
        links: [Link] = [], payload: JSON? = nil, type: String, created: Instant, attempt: Int = 1,
        secrets: [Secret] = []
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
    }
}
