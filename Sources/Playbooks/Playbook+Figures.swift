import Chronology

extension Playbook {
    /// A figure that is computed from events (S0-48, S3-58).
    public struct Figure: Hashable, Sendable {
        public let id: ElementID<Figure>
        public let title: String
        public let measure: Measured
        public let text: String?
        public let source: SourcePlace

        public enum Measured: Hashable, Sendable {
            /// From the one to the other; a severity may have a target for it (S0-49).
            case duration(from: Milestone, to: Milestone, target: BySeverity<FigureTarget>?)
            /// How many incidents in such a time.
            case count(per: Period)
            /// The mean of the answers to that field.
            case mean(ElementID<Field>)
        }

        public enum Period: String, CaseIterable, Hashable, Sendable {
            case week, month, quarter, year
        }
    }

    /// How large the impact was, for the review (S0-52, S1-41).
    public struct ImpactFigure: Hashable, Sendable {
        public let id: ElementID<ImpactFigure>
        public let title: String
        public let field: ElementID<Field>
        public let of: Denominator?
        public let unit: String?
        public let source: SourcePlace
    }

    /// What the service promises, and what an incident takes of it (S0-50, S0-51).
    public struct Objective: Hashable, Sendable {
        public let id: ElementID<Objective>
        public let title: String
        public let kind: Kind
        public let target: Amount?
        public let window: Duration
        public let indicator: String?
        public let bound: Duration?
        public let percentile: Measure?
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case availability, latency
        }
    }

    /// Who has to sign for something (X25).
    public struct Signoff: Hashable, Sendable {
        public let id: ElementID<Signoff>
        public let title: String
        public let subject: Subject
        public let roles: [Party]
        public let quorum: Quorum
        public let when: Guard
        public let text: String?
        public let source: SourcePlace

        public enum Subject: String, CaseIterable, Hashable, Sendable {
            case resolve, close, external, deploy
            case goNoGo = "go-no-go"

            var meaning: String {
                switch self {
                case .resolve: "that the impact is over"
                case .close: "that nothing is owed any more"
                case .external: "that something is told outside"
                case .deploy: "that a fix is deployed"
                case .goNoGo: "that the team goes on with something"
                }
            }
        }
    }
}

extension Playbook.Signoff.Subject: DescribedWord {}

/// How long a figure may be.
public enum FigureTarget: Hashable, Sendable {
    case none
    case within(Duration)
}

extension Playbook.Figure: DocumentRecord {
    private enum Kind: String, CaseIterable, DescribedWord {
        case duration, count, mean

        var meaning: String {
            switch self {
            case .duration: "from one moment to another"
            case .count: "how many incidents `per` week, month, quarter or year"
            case .mean: "the mean of the answers to a `field`"
            }
        }
    }

    static let shape = RecordShape(
        "figure", "A figure that is computed from events.",
        needs: [
            .init("kind", "duration", isDefault: true, needs: "from"),
            .init("kind", "duration", isDefault: true, needs: "to"), .init("kind", "mean", needs: "field"),
        ],
        [
            .required("id", .id(.figure), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("kind", .word(of: Kind.self), "what is measured", otherwise: "duration"),
            .optional("from", .word(of: Milestone.self), "for durations: the first moment"),
            .optional("to", .word(of: Milestone.self), "for durations: the second moment"),
            .optional(
                "target", .bySeverity(.leaf(.figureTarget)), "for durations: how long it may be", otherwise: "none"),
            .optional("per", .word(Period.self), "for counts", otherwise: "month"),
            .optional("field", .reference([.field]), "for means"),
            .optional("text", .leaf(.text), "what it says"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        let kind: Kind = record.word("kind") ?? .duration
        let from: Milestone? = record.word("from")
        let to: Milestone? = record.word("to")
        let target: BySeverity<FigureTarget>? = record.bySeverity("target")
        let per: Period? = record.word("per")
        let field: ElementID<Playbook.Field>? = record.optionalID("field")
        // What a kind needs, the check of the document has seen.
        switch kind {
        case .duration: measure = .duration(from: from ?? .detected, to: to ?? .resolved, target: target)
        case .count: measure = .count(per: per ?? .month)
        case .mean: measure = field.map { .mean($0) } ?? .count(per: .month)
        }
        text = record.optional("text")
        source = record.source
    }
}

extension Playbook.ImpactFigure: DocumentRecord {
    static let shape = RecordShape(
        "impact figure", "How large the impact was.",
        [
            .required("id", .id(.impact), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("field", .reference([.field]), "the field that says it"),
            .optional("of", .leaf(.denominator), "what it is counted of"),
            .optional("unit", .leaf(.text), "what is counted"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        field = record.id("field")
        of = record.optional("of")
        unit = record.optional("unit")
        source = record.source
    }
}

extension Playbook.Objective: DocumentRecord {
    static let shape = RecordShape(
        "service level objective", "What the service promises.",
        [
            .required("id", .id(.objective), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("kind", .word(Kind.self), "what is promised"),
            .optional("target", .leaf(.percent), "the part of the time, or of the requests, for which it holds"),
            .required("window", .leaf(.duration), "over how long"),
            .optional("indicator", .leaf(.text), "what is measured"),
            .optional("bound", .leaf(.duration), "for latency: how long an answer may take"),
            .optional("percentile", .leaf(.amount), "for latency: of how many of a hundred answers"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        kind = record.requiredWord("kind")
        target = record.optional("target")
        window = record.value("window")
        indicator = record.optional("indicator")
        bound = record.optional("bound")
        percentile = record.optional("percentile")
        source = record.source
    }
}

extension Playbook.Signoff: DocumentRecord {
    static let shape = RecordShape(
        "sign-off", "Who has to sign for something.",
        [
            .required("id", .id(.signoff), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("subject", .word(of: Subject.self), "what is signed"),
            .required("roles", .list(.leaf(.owner), 1...50), "who signs"),
            .optional("quorum", .leaf(.quorum), "how many of them", otherwise: "all"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("text", .leaf(.text), "what they sign"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        subject = record.requiredWord("subject")
        roles = record.values("roles")
        quorum = record.optional("quorum") ?? .all
        when = record.optional("when") ?? .always
        text = record.optional("text")
        source = record.source
    }
}
