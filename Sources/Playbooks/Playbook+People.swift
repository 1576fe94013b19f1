import Chronology

extension Playbook {
    /// A part that somebody takes in an incident, with tasks and authority.
    public struct Role: Hashable, Sendable {
        public let id: ElementID<Role>
        public let title: String
        public let text: String?
        public let count: Cardinality
        public let duties: [String]
        /// They become tasks of whoever takes the role.
        public let tasks: [Item]
        public let eligible: Eligibility?
        /// Who has it unless somebody else takes it.
        public let fallback: Party?
        /// What whoever has it may do. The words of `Authority` are enforced, others are shown.
        public let authority: [String]
        /// For which incidents somebody has to have it; nil: for none.
        public let required: Guard?
        /// Whether anybody may take it without being asked.
        public let isClaimable: Bool
        public let source: SourcePlace
    }

    /// Who can take a role (S1-14, S3-04).
    public struct Eligibility: Hashable, Sendable {
        public let text: String?
        /// Words that are compared with what the organisation says of its people.
        public let requires: [String]
        /// Only who is free for the duration of the incident.
        public let isAvailable: Bool
    }

    /// Words of authority that are enforced; a word that no role and no level holds is held by every responder.
    public enum Authority: String, CaseIterable, Hashable, Sendable {
        case declare
        case changeSeverity = "change-severity"
        case assign, escalate, resolve, close
        case approveDeploy = "approve-deploy"
        case externalCommunication = "external-communication"
        case overrideGate = "override-gate"
    }

    /// A name that can be paged, told or asked. Who or what it is, the organisation says.
    public struct Target: Hashable, Sendable {
        public let id: ElementID<Target>
        public let title: String
        public let kind: Kind
        /// How they are reached, for people.
        public let contact: String?
        /// Who is reached when they are not (S4-21).
        public let backup: Party?
        /// When to turn to them, for people (S2-37).
        public let when: String?
        public let phone: String?
        public let portal: String?
        /// The dependency that a vendor stands behind.
        public let vendorOf: String?
        public let authority: [String]
        /// What whoever is reached there is asked to do.
        public let duties: [String]
        public let text: String?
        public let isUnfinished: Bool
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case person, role, schedule, team, channel, audience, vendor, queue, bot

            var meaning: String {
                switch self {
                case .person: "one person"
                case .role: "whoever holds a position, such as the head of operations"
                case .schedule: "whoever is on call"
                case .team: "all of a team"
                case .channel: "a channel"
                case .audience: "a group that is told, not paged"
                case .vendor: "somebody outside"
                case .queue: "a queue or another system"
                case .bot: "an agent or a webhook that is given tasks"
                }
            }
        }
    }

    /// A group that is told about incidents, with its channels and its zone.
    public struct Audience: Hashable, Sendable {
        public let id: ElementID<Audience>
        public let title: String
        public let text: String?
        public let channels: [String]
        public let zone: Zone?
        /// Of which incidents it hears.
        public let when: Guard
        public let source: SourcePlace
    }
}

extension Playbook.Target.Kind: DescribedWord {}

extension Playbook.Role: DocumentRecord {
    static let shape = RecordShape(
        "role", "A part that somebody takes in an incident. The first of the list leads.",
        [
            .required("id", .id(.role), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "what it is for"),
            .optional("count", .leaf(.cardinality), "how many may have it", otherwise: "1"),
            .optional("duties", .list(of: .leaf(.text)), "what it answers for"),
            .optional("tasks", Playbook.Item.list, "what whoever takes it has to do"),
            .optional(
                "eligible", .either(scalar: .leaf(.text), list: nil, map: .record(Playbook.Eligibility.shape)),
                "who can take it"),
            .optional("default", .leaf(.party), "who has it unless somebody else takes it"),
            .optional("authority", .list(of: .leaf(.text)), "what it may do"),
            .optional(
                "required", .leaf(.guardExpression), "for which incidents somebody has to have it", otherwise: "none"),
            .optional("claimable", .leaf(.boolean), "anybody may take it", otherwise: "false"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        text = record.optional("text")
        count = record.optional("count") ?? .one
        duties = record.values("duties")
        tasks = record.items("tasks")
        eligible = record.reading("eligible").map { reading in
            if case .record = reading.value { return reading.record() }
            return Playbook.Eligibility(text: reading.leaf(), requires: [], isAvailable: false)
        }
        fallback = record.optional("default")
        authority = record.values("authority")
        required = record.optional("required")
        isClaimable = record.flag("claimable")
        source = record.source
    }
}

extension Playbook.Eligibility: DocumentRecord {
    static let shape = RecordShape(
        "eligibility", "Who can take a role.",
        [
            .optional("text", .leaf(.text), "in words"),
            .optional("requires", .list(of: .leaf(.text)), "words that a person has to have in the organisation"),
            .optional("available", .leaf(.boolean), "only who is free for the duration", otherwise: "false"),
        ])

    init(_ record: inout RecordReader) {
        text = record.optional("text")
        requires = record.values("requires")
        isAvailable = record.flag("available")
    }
}

extension Playbook.Target: DocumentRecord {
    static let shape = RecordShape(
        "target", "A name that can be paged, told or asked. The organisation says who or what it is.",
        [
            .required("id", .id(.target), "its name; targets and audiences share one name space"),
            .required("title", .leaf(.text), "what people call it"),
            .required("kind", .word(of: Kind.self), "what it is"),
            .optional("contact", .leaf(.text), "how they are reached"),
            .optional("backup", .leaf(.party), "who is reached when they are not"),
            .optional("when", .leaf(.text), "when to turn to them"),
            .optional("phone", .leaf(.text), "their telephone number"),
            .optional("portal", .leaf(.url), "their support portal"),
            .optional("vendor-of", .leaf(.text), "the dependency that a vendor stands behind"),
            .optional("authority", .list(of: .leaf(.text)), "what they may do"),
            .optional("duties", .list(of: .leaf(.text)), "what they are asked to do"),
            .optional("text", .leaf(.text), "what else is good to know"),
            .optional("todo", .leaf(.boolean), "it is not finished", otherwise: "false"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        kind = record.requiredWord("kind")
        contact = record.optional("contact")
        backup = record.optional("backup")
        when = record.optional("when")
        phone = record.optional("phone")
        portal = record.optional("portal")
        vendorOf = record.optional("vendor-of")
        authority = record.values("authority")
        duties = record.values("duties")
        text = record.optional("text")
        isUnfinished = record.flag("todo")
        source = record.source
    }
}

extension Playbook.Audience: DocumentRecord {
    static let shape = RecordShape(
        "audience", "A group that is told about incidents.",
        [
            .required("id", .id(.audience), "its name; targets and audiences share one name space"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "who belongs to it"),
            .optional(
                "channels", .list(of: .leaf(.text)),
                "`room` (the incident's own), `email`, `status-page`, `feed`, `in-app`, `forum`, or the name of a "
                    + "channel"
            ),
            .optional("zone", .leaf(.zone), "in which times are told to it", otherwise: "the zone of the playbook"),
            .optional("when", .leaf(.guardExpression), "of which incidents it hears", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        text = record.optional("text")
        channels = record.values("channels")
        zone = record.optional("zone")
        when = record.optional("when") ?? .always
        source = record.source
    }
}
