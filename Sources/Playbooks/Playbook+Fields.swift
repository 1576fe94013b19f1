extension Playbook {
    /// Something that is known of an incident and that this team asks for.
    public struct Field: Hashable, Sendable {
        public let id: ElementID<Field>
        public let title: String
        public let kind: Kind
        /// Of a choice.
        public let choices: [String]
        /// When it has to be answered.
        public let required: Requirement
        public let help: String?
        /// The placeholder that its answer fills: `impact`, `root-cause`, `service`.
        public let fills: String?
        /// What it is counted of.
        public let of: Denominator?
        public let unit: String?
        /// Of a field of metrics.
        public let metrics: [Metric]
        /// Of a field that says how it was detected: one of these, with its own detail.
        public let variants: [Variant]
        /// A time that may be an estimate asks which it is.
        public let allowsEstimate: Bool
        /// When it is asked at all.
        public let when: Guard
        public let source: SourcePlace

        public enum Kind: String, CaseIterable, Hashable, Sendable {
            case text
            case longText = "long-text"
            case number, percent
            case yesNo = "yes-no"
            case choice, choices, time, person, service, money, link, metrics, list, detection

            var meaning: String {
                switch self {
                case .text: "one line"
                case .longText: "several lines"
                case .number: "a number"
                case .percent: "a percentage"
                case .yesNo: "yes or no"
                case .choice: "one of the choices"
                case .choices: "any of the choices"
                case .time: "a point in time"
                case .person: "somebody"
                case .service: "a service of the organisation"
                case .money: "an amount of money"
                case .link: "an address"
                case .metrics: "several measured values, each with a baseline"
                case .list: "a list of texts"
                case .detection: "how it was noticed, with the detail that belongs to it"
                }
            }
        }

        public enum Requirement: String, CaseIterable, Hashable, Sendable {
            case atDeclare = "at-declare"
            case atResolve = "at-resolve"
            case atClose = "at-close"
            case no

            var meaning: String {
                switch self {
                case .atDeclare: "before the incident is declared"
                case .atResolve: "before it is resolved"
                case .atClose: "before it is closed"
                case .no: "never"
                }
            }
        }
    }

    /// A measured value with its ordinary one (S0-19).
    public struct Metric: Hashable, Sendable {
        public let id: ElementID<Metric>
        public let title: String
        public let unit: String?
        public let baseline: Measure?
        public let source: SourcePlace
    }

    /// One way of being detected, and what is asked about it (S0-17).
    public struct Variant: Hashable, Sendable {
        public let id: ElementID<Variant>
        public let title: String
        public let detail: String?
        public let source: SourcePlace
    }
}

extension Playbook.Field.Kind: DescribedWord {}
extension Playbook.Field.Requirement: DescribedWord {}

extension Playbook.Field: DocumentRecord {
    static let shape = RecordShape(
        "field", "Something that is known of an incident and that the team asks for.",
        needs: [
            .init("kind", "choice", needs: "choices"), .init("kind", "choices", needs: "choices"),
            .init("kind", "metrics", needs: "metrics"), .init("kind", "detection", needs: "variants"),
        ],
        [
            .required("id", .id(.field), "the name by which conditions and templates call it"),
            .required("title", .leaf(.text), "the question, as people see it"),
            .optional("kind", .word(of: Kind.self), "what the answer is", otherwise: "text"),
            .optional(
                "choices", .list(.leaf(.text), 1...DocumentLimits.elements), "the choices, for choice and choices"),
            .optional("required", .word(of: Requirement.self), "when it has to be answered", otherwise: "no"),
            .optional("help", .leaf(.text), "what helps to answer"),
            .optional("maps", .choice(mappable.map { Shape.Choice($0) }), "the placeholder that the answer fills"),
            .optional("of", .leaf(.denominator), "what the number is counted of"),
            .optional("unit", .leaf(.text), "what is counted"),
            .optional("metrics", .list(of: .record(Playbook.Metric.shape)), "the values, for metrics"),
            .optional("variants", .list(of: .record(Playbook.Variant.shape)), "the ways, for detection"),
            .optional("estimate", .leaf(.boolean), "for a time: asks whether it is an estimate", otherwise: "false"),
            .optional("when", .leaf(.guardExpression), "when it is asked at all", otherwise: "always"),
        ])

    /// Placeholders that a field may fill; the others are computed.
    static let mappable: [String] =
        [
            TemplateFact.impact, .serviceName, .type, .rootCause, .resolution, .started, .detected, .eta, .symptoms,
        ].map(\.rawValue) + ["service"]

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        kind = record.word("kind") ?? .text
        choices = record.values("choices")
        required = record.word("required") ?? .no
        help = record.optional("help")
        fills = record.optional("maps")
        of = record.optional("of")
        unit = record.optional("unit")
        metrics = record.records("metrics")
        variants = record.records("variants")
        allowsEstimate = record.flag("estimate")
        when = record.optional("when") ?? .always
        source = record.source
    }
}

extension Playbook.Metric: DocumentRecord {
    static let shape = RecordShape(
        "metric", "A measured value.",
        [
            .required("id", .id(.metric), "the name by which conditions call it"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("unit", .leaf(.text), "the unit"),
            .optional("baseline", .leaf(.amount), "what it is when all is well"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        unit = record.optional("unit")
        baseline = record.optional("baseline")
        source = record.source
    }
}

extension Playbook.Variant: DocumentRecord {
    static let shape = RecordShape(
        "variant", "One way of being detected.",
        [
            .required("id", .id(.variant), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("detail", .leaf(.text), "what is asked about it: the metric, the alert, the reporter"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        detail = record.optional("detail")
        source = record.source
    }
}
