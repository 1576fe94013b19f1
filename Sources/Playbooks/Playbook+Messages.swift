import Chronology

extension Playbook {
    /// How often an audience is told about an incident.
    public struct CadenceRule: Hashable, Sendable {
        public let id: ElementID<CadenceRule>
        public let title: String?
        public let audience: ElementID<Audience>
        public let every: BySeverity<UpdateInterval>
        /// The statuses in which it speaks; empty: while the incident is active.
        public let during: [ElementID<Status>]
        public let alsoOn: [IncidentEventName]
        public let roll: Cadence.Overrun
        public let after: [Decay]
        public let template: ElementID<Template>?
        /// The next due time is told and is measured; without, it is a reminder only.
        public let isPromise: Bool
        public let owner: Party?
        public let when: Guard
        /// Intervals of which whoever leads may pick one for an incident (S0-33).
        public let choose: [Duration]
        public let source: SourcePlace

        /// A slower interval for an incident that goes on.
        public struct Decay: Hashable, Sendable {
            public let from: Duration
            public let every: UpdateInterval
            public let source: SourcePlace
        }

        /// The arithmetic of it for one severity; nil when nothing is owed by the clock, or the severity is not
        /// mentioned.
        ///
        /// A slower interval that is `none` or `on-events` ends the cadence there; it has no arithmetic of its own.
        public func cadence(for severity: ElementID<Severity>?) -> Cadence? {
            guard case .every(let interval, let calendar)? = every[severity] else { return nil }
            let decays = after.compactMap { decay -> Cadence.Decay? in
                guard case .every(let interval, _) = decay.every else { return nil }
                return Cadence.Decay(after: decay.from, every: interval)
            }
            // The check of the document has made each of its parts; what fits by itself can still not fit together,
            // and then the plain interval is what holds.
            return (try? Cadence(every: interval, within: calendar, roll: roll, after: decays))
                ?? (try? Cadence(every: interval, within: calendar, roll: roll))
        }
    }

    /// A message that is put together from what is known.
    public struct Template: Hashable, Sendable {
        public let id: ElementID<Template>
        public let title: String
        public let audience: ElementID<Audience>?
        public let kind: Kind
        /// Nil: that of the audience, or of the playbook.
        public let zone: Zone?
        public let subject: TemplateText?
        public let when: Guard
        public let asks: [Ask]
        public let body: TemplateText
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case chat, email
            case statusPage = "status-page"
            case page, document
        }

        /// Something that only the writer knows.
        public struct Ask: Hashable, Sendable {
            public let id: ElementID<Ask>
            public let title: String
            public let kind: Field.Kind
            public let isRequired: Bool
            /// Several lines rather than one.
            public let hasLines: Bool
            public let help: String?
            public let source: SourcePlace
        }
    }

    /// Who is told what, when, besides the cadences.
    public struct Communication: Hashable, Sendable {
        public let id: ElementID<Communication>
        public let title: String?
        public let on: Moment
        public let to: [Party]
        public let template: ElementID<Template>?
        /// Empty: every channel of the audience.
        public let via: [Channel]
        public let when: Guard
        public let owner: Party?
        public let source: SourcePlace

        public enum Channel: String, CaseIterable, Hashable, Sendable {
            case chat, email, sms, page
            case statusPage = "status-page"
            case feed
            case inApp = "in-app"
            case forum, ticket
        }
    }
}

extension Playbook.CadenceRule: DocumentRecord {
    static let shape = RecordShape(
        "cadence", "How often an audience is told about an incident.",
        [
            .required("id", .id(.cadence), "its name"),
            .optional("title", .leaf(.text), "what people call it"),
            .required("audience", .reference([.audience]), "who is told"),
            .required("every", .bySeverity(.leaf(.interval)), "how often"),
            .optional(
                "while",
                .either(
                    scalar: .reference([.status, .activity]),
                    list: .list(.reference([.status, .activity]), 1...20), map: nil),
                "the statuses in which it speaks", otherwise: "active"),
            .optional("also-on", .list(of: .notation(IncidentEventName.self)), "what is told at once"),
            .optional(
                "roll", .word(Cadence.Overrun.self),
                "what becomes of an interval that ends outside the hours: `open` is due at the next opening, "
                    + "`carry` counts on from there",
                otherwise: "open"),
            .optional(
                "after", .list(.record(Decay.shape), 0...Cadence.decayLimit),
                "slower intervals for an incident that goes on"),
            .optional("template", .reference([.template]), "the message"),
            .optional("promise", .leaf(.boolean), "the next due time is told and measured", otherwise: "true"),
            .optional("owner", .leaf(.owner), "who writes it", otherwise: "who leads the incident"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("choose", .list(.leaf(.duration), 1...20), "intervals to pick from for an incident"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.optional("title")
        audience = record.id("audience")
        every = record.requiredBySeverity("every")
        let statuses: [ElementID<Playbook.Status>] = record.ids("while")
        during = statuses.filter { $0.text != Vocabulary.active }
        alsoOn = record.calls("also-on")
        roll = record.word("roll") ?? .open
        after = record.records("after")
        template = record.optionalID("template")
        isPromise = record.flag("promise", otherwise: true)
        owner = record.optional("owner")
        when = record.optional("when") ?? .always
        choose = record.values("choose")
        source = record.source
    }
}

extension Playbook.CadenceRule.Decay: DocumentRecord {
    static let shape = RecordShape(
        "slower interval", "The interval for an incident that goes on.",
        [
            .required("from", .leaf(.duration), "how long the incident has been going on when it begins to apply"),
            .required("every", .leaf(.interval), "how often from then on"),
        ])

    init(_ record: inout RecordReader) {
        from = record.value("from")
        every = record.value("every")
        source = record.source
    }
}

extension Playbook.Template: DocumentRecord {
    static let shape = RecordShape(
        "template", "A message that is put together from what is known.",
        [
            .required("id", .id(.template), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("audience", .reference([.audience]), "whom it is for"),
            .optional("kind", .word(Kind.self), "what it is", otherwise: "chat"),
            .optional(
                "zone", .leaf(.zone), "in which times are told", otherwise: "that of the audience, or of the playbook"),
            .optional("subject", .leaf(.template), "the subject of a mail, the title of a document"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("asks", .list(of: .record(Ask.shape)), "what the writer is asked, used as `{{text.ID}}`"),
            .required("body", .leaf(.template), "the text"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        audience = record.optionalID("audience")
        kind = record.word("kind") ?? .chat
        zone = record.optional("zone")
        subject = record.optional("subject")
        when = record.optional("when") ?? .always
        asks = record.records("asks")
        body = record.value("body")
        source = record.source
    }
}

extension Playbook.Template.Ask: DocumentRecord {
    static let shape = RecordShape(
        "question", "Something that only the writer knows.",
        [
            .required("id", .id(.ask), "its name"),
            .required("title", .leaf(.text), "the question"),
            .optional("kind", .word(of: Playbook.Field.Kind.self), "what the answer is", otherwise: "text"),
            .optional("required", .leaf(.boolean), "the message cannot go out without", otherwise: "false"),
            .optional("lines", .leaf(.boolean), "several lines", otherwise: "false"),
            .optional("help", .leaf(.text), "what helps to answer"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        kind = record.word("kind") ?? .text
        isRequired = record.flag("required")
        hasLines = record.flag("lines")
        help = record.optional("help")
        source = record.source
    }
}

extension Playbook.Communication: DocumentRecord {
    static let shape = RecordShape(
        "communication", "Who is told what, when.",
        [
            .required("id", .id(.communication), "its name"),
            .optional("title", .leaf(.text), "what people call it"),
            .required("on", .notation(Moment.self), "when"),
            .required("to", .oneOrMore(.leaf(.party)), "who is told"),
            .optional("template", .reference([.template]), "the message"),
            .optional(
                "via", .oneOrMore(.word(Channel.self)), "on which way", otherwise: "every channel of the audience"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("owner", .leaf(.owner), "who sees to it", otherwise: "who leads the incident"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.optional("title")
        on = record.requiredCall("on")
        to = record.values("to")
        template = record.optionalID("template")
        via = record.words("via")
        when = record.optional("when") ?? .always
        owner = record.optional("owner")
        source = record.source
    }
}
