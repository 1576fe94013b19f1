import Chronology

extension Playbook {
    /// What usually helps at once, in the order in which it is tried (S2-17).
    public struct Mitigations: Hashable, Sendable {
        public let isOrdered: Bool
        /// Passing over one asks why.
        public let skipNeedsReason: Bool
        public let options: [Mitigation]
        public let source: SourcePlace
    }

    public struct Mitigation: Hashable, Sendable {
        public let id: ElementID<Mitigation>
        public let title: String
        public let text: String?
        public let commands: [ElementID<ReferenceCommand>]
        public let when: Guard
        public let source: SourcePlace
    }

    /// A way to a permanent fix (S1-25).
    public struct Strategy: Hashable, Sendable {
        public let id: ElementID<Strategy>
        public let title: String
        public let text: String?
        public let steps: [Step]
        public let source: SourcePlace
    }

    /// How the team makes sure that it is over.
    public struct Verification: Hashable, Sendable {
        public let series: [Series]
        /// The gate of "resolved".
        public let checks: [Item]
        public let regression: [Item]
        public let windows: [Window]
        public let source: SourcePlace

        /// Checks at set times after an anchor (S1-27).
        public struct Series: Hashable, Sendable {
            public let id: ElementID<Series>
            public let title: String
            public let from: Anchor
            public let checks: [TimedCheck]
            public let owner: Party?
            public let text: String?
            public let when: Guard
            public let source: SourcePlace
        }

        public struct TimedCheck: Hashable, Sendable {
            public let offset: Duration
            /// What is looked at; nil: what the series says.
            public let text: String?
        }

        /// A time in which somebody watches (X13).
        public struct Window: Hashable, Sendable {
            public let id: ElementID<Window>
            public let title: String
            public let from: Anchor
            public let length: BySeverity<DurationSpan>
            public let when: Guard
            public let owner: Party?
            /// They end with the window (S3-30).
            public let tasks: [Item]
            /// What waits for its end.
            public let gate: Gate
            /// Lengths of which whoever leads may pick one (S0-40).
            public let choose: [Duration]
            public let text: String?
            public let source: SourcePlace

            public enum Gate: String, CaseIterable, Hashable, Sendable {
                case resolve, close, none

                var meaning: String {
                    switch self {
                    case .resolve: "the incident is not resolved before it ends"
                    case .close: "the incident is not closed before it ends"
                    case .none: "nothing waits for it"
                    }
                }
            }
        }
    }
}

extension Playbook.Verification.Window.Gate: DescribedWord {}

extension Playbook.Mitigations: DocumentRecord {
    static let shape = RecordShape(
        "mitigations", "What usually helps at once.",
        [
            .optional("ordered", .leaf(.boolean), "they are tried in this order", otherwise: "false"),
            .optional("skip-needs-reason", .leaf(.boolean), "passing over one asks why", otherwise: "false"),
            .required("options", .list(of: .record(Playbook.Mitigation.shape)), "the mitigations"),
        ])

    init(_ record: inout RecordReader) {
        isOrdered = record.flag("ordered")
        skipNeedsReason = record.flag("skip-needs-reason")
        options = record.records("options")
        source = record.source
    }
}

extension Playbook.Mitigation: DocumentRecord {
    static let shape = RecordShape(
        "mitigation", "Something that contains the impact.",
        [
            .required("id", .id(.mitigation), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "what it does"),
            .optional("commands", .oneOrMore(.reference([.command])), "commands of the reference"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        text = record.optional("text")
        commands = record.ids("commands")
        when = record.optional("when") ?? .always
        source = record.source
    }
}

extension Playbook.Strategy: DocumentRecord {
    static let shape = RecordShape(
        "strategy", "A way to a permanent fix.",
        [
            .required("id", .id(.strategy), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.text), "when it is right"),
            .optional("steps", Playbook.Step.list, "its steps"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        text = record.optional("text")
        steps = record.steps("steps")
        source = record.source
    }
}

extension Playbook.Verification: DocumentRecord {
    static let shape = RecordShape(
        "verification", "How the team makes sure that it is over.",
        [
            .optional("series", .list(of: .record(Series.shape)), "checks at set times"),
            .optional("checks", Playbook.Item.list, "what has to be true before the incident is resolved"),
            .optional("regression", Playbook.Item.list, "what must not have become worse"),
            .optional("windows", .list(of: .record(Window.shape)), "times in which somebody watches"),
        ])

    init(_ record: inout RecordReader) {
        series = record.records("series")
        checks = record.items("checks")
        regression = record.items("regression")
        windows = record.records("windows")
        source = record.source
    }
}

extension Playbook.Verification.Series: DocumentRecord {
    static let shape = RecordShape(
        "series", "Checks at set times after an anchor.",
        [
            .required("id", .id(.series), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("from", .notation(Anchor.self), "from when it counts", otherwise: "fix-deployed"),
            .required(
                "at",
                .either(
                    scalar: nil, list: .list(.leaf(.duration), 1...50),
                    map: .table(key: .leaf(.duration), value: .leaf(.text))),
                "the times; or a map from each to what is looked at"),
            .optional("owner", .leaf(.owner), "who looks", otherwise: "who leads the incident"),
            .optional("text", .leaf(.text), "what is looked at"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        from = record.call("from") ?? .milestone(.fixDeployed)
        checks =
            record.reading("at").map { reading in
                guard case .table(let rows) = reading.value else {
                    return reading.elements.map { Playbook.Verification.TimedCheck(offset: $0.leaf(), text: nil) }
                }
                return rows.map { row in
                    guard let offset = row.key as? Duration else {
                        preconditionFailure("the keys of a series are times")
                    }
                    return Playbook.Verification.TimedCheck(offset: offset, text: row.value.leaf())
                }
            } ?? []
        owner = record.optional("owner")
        text = record.optional("text")
        when = record.optional("when") ?? .always
        source = record.source
    }
}

extension Playbook.Verification.Window: DocumentRecord {
    static let shape = RecordShape(
        "observation window", "A time in which somebody watches.",
        [
            .required("id", .id(.window), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("from", .notation(Anchor.self), "when it begins"),
            .required("for", .bySeverity(.leaf(.span)), "how long it is"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("owner", .leaf(.owner), "who watches", otherwise: "who leads the incident"),
            .optional("tasks", Playbook.Item.list, "what is done during it"),
            .optional("gate", .word(of: Gate.self), "what waits for its end", otherwise: "none"),
            .optional("choose", .list(.leaf(.duration), 1...20), "lengths to pick from for an incident"),
            .optional("text", .leaf(.text), "what is watched"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        from = record.requiredCall("from")
        length = record.requiredBySeverity("for")
        when = record.optional("when") ?? .always
        owner = record.optional("owner")
        tasks = record.items("tasks")
        gate = record.word("gate") ?? Gate.none
        choose = record.values("choose")
        text = record.optional("text")
        source = record.source
    }
}
