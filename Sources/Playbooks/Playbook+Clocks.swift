import Chronology

extension Playbook {
    /// One of the things that are measured against a rule: to acknowledge, to respond, to resolve are different clocks
    /// (X3).
    public struct Clock: Hashable, Sendable {
        public let id: ElementID<Clock>
        public let title: String
        public let from: Anchor
        public let until: ClockEnd
        /// Nil: whoever leads the incident.
        public let owner: Party?
        /// What holds where a severity says nothing; nil: nothing is owed then.
        public let rule: BySeverity<TimeRule>?
        /// It also runs for alerts that have no incident and no severity yet (S4-09).
        public let coversAllAlerts: Bool
        /// In these statuses it stands still (S1-26).
        public let pause: [ElementID<Status>]
        public let onReclassify: Reclassification
        public let roll: Roll
        public let when: Guard
        /// Nil for a clock that the document does not mention.
        public let source: SourcePlace?
    }

    /// A kind of incident that takes its own course (S1-01, X22).
    public struct IncidentType: Hashable, Sendable {
        public let id: ElementID<IncidentType>
        public let title: String
        public let text: String?
        /// Only those who take part and the audience may see it.
        public let isRestricted: Bool
        public let audience: ElementID<Audience>?
        /// The whole order of phases; empty: that of the playbook.
        public let phases: [ElementID<Phase>]
        public let clocks: [ClockRule]
        public let source: SourcePlace
    }
}

/// A clock as it stands in the document: one of the five known ones says only what differs from its defaults.
struct ClockRecord: DocumentRecord {
    let id: ElementID<Playbook.Clock>
    let title: String?
    let from: Anchor?
    let until: ClockEnd?
    let owner: Party?
    let rule: BySeverity<TimeRule>?
    let coversAllAlerts: Bool
    let pause: [ElementID<Playbook.Status>]
    let onReclassify: Reclassification?
    let roll: Roll?
    let when: Guard?
    let source: SourcePlace

    static let shape = RecordShape(
        "clock", "Something that is measured against a rule, from an anchor until an event.",
        [
            .required("id", .id(.clock), "its name; ack, respond, first-update, mitigate and resolve have defaults"),
            .optional("title", .leaf(.text), "what people call it", otherwise: "that of the known clock, or the id"),
            .optional("from", .notation(Anchor.self), "from when it counts; required but for the known clocks"),
            .optional("until", .notation(ClockEnd.self), "what ends it; required but for the known clocks"),
            .optional("owner", .leaf(.owner), "who is reminded", otherwise: "who leads the incident"),
            .optional(
                "rule", .bySeverity(.leaf(.rule)), "what holds where a severity names none",
                otherwise: "nothing is owed"),
            .optional("all-alerts", .leaf(.boolean), "it also holds for alerts without a severity", otherwise: "false"),
            .optional("pause", .oneOrMore(.reference([.status])), "statuses in which it stands still"),
            .optional(
                "on-reclassify", .word(Reclassification.self),
                "whether it counts on or begins anew with another severity",
                otherwise: "keep"),
            .optional(
                "roll", .leaf(.roll), "what becomes of a due time outside the hours of a calendar", otherwise: "none"),
            .optional("when", .leaf(.guardExpression), "for which incidents it runs", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.optional("title")
        from = record.call("from")
        until = record.call("until")
        owner = record.optional("owner")
        rule = record.bySeverity("rule")
        coversAllAlerts = record.flag("all-alerts")
        pause = record.ids("pause")
        onReclassify = record.word("on-reclassify")
        roll = record.optional("roll")
        when = record.optional("when")
        source = record.source
    }

    /// What the playbook's clocks are: the known ones, as the document changes them, and its own, in the order of the
    /// document behind the known ones that it does not mention.
    static func merged(
        _ records: [ClockRecord], owner: (String) -> Party?
    ) throws(PlaybookFault) -> [Playbook.Clock] {
        var clocks: [Playbook.Clock] = []
        for known in known where !records.contains(where: { $0.id == known.id }) {
            clocks.append(
                Playbook.Clock(
                    id: known.id, title: known.title, from: known.from, until: known.until, owner: owner(known.owner),
                    rule: nil, coversAllAlerts: false, pause: [], onReclassify: .keep, roll: .none, when: .always,
                    source: nil))
        }
        for record in records {
            let known = known.first { $0.id == record.id }
            guard let from = record.from ?? known?.from else { throw record.missing("from") }
            guard let until = record.until ?? known?.until else { throw record.missing("until") }
            clocks.append(
                Playbook.Clock(
                    id: record.id, title: record.title ?? known?.title ?? record.id.text, from: from, until: until,
                    owner: record.owner ?? known.flatMap { owner($0.owner) }, rule: record.rule,
                    coversAllAlerts: record.coversAllAlerts, pause: record.pause,
                    onReclassify: record.onReclassify ?? .keep, roll: record.roll ?? .none,
                    when: record.when ?? .always,
                    source: record.source))
        }
        return clocks
    }

    private func missing(_ key: String) -> PlaybookFault {
        PlaybookFault(
            .missingKey, at: source.place,
            "a clock needs \"\(key)\": only ack, respond, first-update, mitigate and resolve have one by default")
    }

    /// The clocks that everybody means (X3), with the owner that they have where the playbook defines such a role or
    /// target.
    private static let known:
        [(id: ElementID<Playbook.Clock>, title: String, from: Anchor, until: ClockEnd, owner: String)] = [
            ("ack", "Acknowledge", .milestone(.alertFired), .event(.acknowledged), "on-call"),
            ("respond", "Respond", .declared, .event(.responding), "on-call"),
            ("first-update", "First update", .declared, .firstUpdate, "comms"),
            ("mitigate", "Mitigate", .milestone(.detected), .event(.mitigated), "tech-lead"),
            ("resolve", "Resolve", .milestone(.detected), .event(.resolved), "ic"),
        ]

    static let knownIDs = known.map(\.id.text)
}

extension Playbook.IncidentType: DocumentRecord {
    static let shape = RecordShape(
        "type", "A kind of incident that takes its own course.",
        [
            .required("id", .id(.type), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "when it applies"),
            .optional("restricted", .leaf(.boolean), "only those who take part may see it", otherwise: "false"),
            .optional("audience", .reference([.audience]), "who else is told"),
            .optional(
                "phases", .list(of: .reference([.phase])), "the whole order of phases for it",
                otherwise: "that of the playbook"),
            .optional("clocks", .table(key: .reference([.clock]), value: .leaf(.rule)), "clocks that differ for it"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        text = record.optional("text")
        isRestricted = record.flag("restricted")
        audience = record.optionalID("audience")
        phases = record.ids("phases")
        clocks = record.table("clocks") { Playbook.ClockRule($0, $1) }
        source = record.source
    }
}
