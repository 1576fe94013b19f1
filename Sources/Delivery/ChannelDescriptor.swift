/// What a channel is and what it can do, as data: forms, documentation and the outbox are driven by it.
public struct ChannelDescriptor: Hashable, Sendable {
    /// How a reader of the message can say "I have it".
    public enum Acknowledgement: String, Hashable, Sendable {
        /// By following a link in the message.
        case link
        /// Not through this channel.
        case none
    }

    /// What is known once a message was accepted.
    public enum Receipts: String, Hashable, Sendable {
        /// That the next hop took it, not that anybody has it.
        case relay
        /// That the destination itself took it.
        case endpoint
    }

    /// One field of a form that describes a destination.
    public struct Field: Hashable, Sendable {
        public enum Kind: String, Hashable, Sendable {
            case mailAddress, webAddress, signingKey
        }

        public let name: String
        public let label: String
        public let kind: Kind
        public let isRequired: Bool
        /// Shown as an example, never used as a value.
        public let example: String

        public init(name: String, label: String, kind: Kind, isRequired: Bool, example: String) {
            self.name = name
            self.label = label
            self.kind = kind
            self.isRequired = isRequired
            self.example = example
        }
    }

    public struct Limits: Hashable, Sendable {
        /// Bytes of a finished message; a longer one is refused for good, never cut.
        public let messageBytes: Int
        /// No attempt takes longer. A lease on a delivery must outlive it.
        public let attemptTime: Duration
        /// Attempts worth making at once, so that a storm neither exhausts sockets nor looks like an attack to a relay.
        public let concurrentAttempts: Int

        public init(messageBytes: Int, attemptTime: Duration, concurrentAttempts: Int) {
            self.messageBytes = messageBytes
            self.attemptTime = attemptTime
            self.concurrentAttempts = concurrentAttempts
        }
    }

    /// A stable word: `email`, `webhook`.
    public let kind: String
    public let label: String
    /// The fields of a destination; the first is the `destination` of a message, signing keys are its `secrets`.
    public let fields: [Field]
    public let limits: Limits
    public let acknowledgement: Acknowledgement
    public let receipts: Receipts

    public init(
        kind: String, label: String, fields: [Field], limits: Limits, acknowledgement: Acknowledgement,
        receipts: Receipts
    ) {
        self.kind = kind
        self.label = label
        self.fields = fields
        self.limits = limits
        self.acknowledgement = acknowledgement
        self.receipts = receipts
    }
}
