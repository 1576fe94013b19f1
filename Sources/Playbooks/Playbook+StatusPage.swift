import Chronology

extension Playbook {
    /// What the public sees of an incident, and when it is owed.
    public struct StatusPage: Hashable, Sendable {
        public let page: String?
        /// When a post is owed; where it does not hold, a decision with a reason is recorded instead.
        public let required: Guard
        /// Updated, Updating or Not needed is asked (S1-12).
        public let asksDecision: Bool
        public let components: Components?
        public let stages: [Stage]
        /// An expected time of resolution is asked for (S4-27).
        public let hasEstimate: Bool
        public let owner: Party?
        public let source: SourcePlace

        /// What state a component shows, from the answer to a field.
        public struct Components: Hashable, Sendable {
            public let from: ElementID<Field>
            public let states: [ComponentState]

            public func state(for answer: String) -> ComponentState.State? {
                states.first { $0.answer == answer }?.state
            }
        }

        public struct ComponentState: Hashable, Sendable {
            public let answer: String
            public let state: State

            public enum State: String, CaseIterable, Hashable, Sendable {
                case operational
                case degradedPerformance = "degraded-performance"
                case partialOutage = "partial-outage"
                case majorOutage = "major-outage"
                case maintenance
            }
        }

        /// One of the posts, in the order in which the page goes through them.
        public struct Stage: Hashable, Sendable {
            public let id: ElementID<Stage>
            public let on: Moment
            public let title: TemplateText?
            public let template: ElementID<Template>?
            public let within: BySeverity<TimeRule>?
            public let when: Guard
            public let source: SourcePlace
        }
    }
}

extension Playbook.StatusPage: DocumentRecord {
    static let shape = RecordShape(
        "status page", "What the public sees of an incident, and when it is owed.",
        [
            .optional("page", .leaf(.text), "the name of the page in the organisation", otherwise: "the first one"),
            .optional("required", .leaf(.guardExpression), "when a post is owed", otherwise: "always"),
            .optional("decision", .leaf(.boolean), "asks for Updated, Updating or Not needed", otherwise: "false"),
            .optional("components", .record(Components.shape), "what state a component shows"),
            .optional("stages", .list(of: .record(Stage.shape)), "the posts, in order"),
            .optional("eta", .leaf(.boolean), "asks for an expected time of resolution", otherwise: "false"),
            .optional("owner", .leaf(.owner), "who writes the posts", otherwise: "who leads the incident"),
        ])

    init(_ record: inout RecordReader) {
        page = record.optional("page")
        required = record.optional("required") ?? .always
        asksDecision = record.flag("decision")
        components = record.record("components")
        stages = record.records("stages")
        hasEstimate = record.flag("eta")
        owner = record.optional("owner")
        source = record.source
    }
}

extension Playbook.StatusPage.Components: DocumentRecord {
    static let shape = RecordShape(
        "component states", "What state a component shows, from the answer to a field.",
        [
            .required("from", .reference([.field]), "the field"),
            .required(
                "map", .table(key: .leaf(.text), value: .word(Playbook.StatusPage.ComponentState.State.self)),
                "from each answer to a state"),
        ])

    init(_ record: inout RecordReader) {
        from = record.id("from")
        states = record.table("map") {
            Playbook.StatusPage.ComponentState(answer: $0, state: RecordReader.word($1.leaf()))
        }
    }
}

extension Playbook.StatusPage.Stage: DocumentRecord {
    static let shape = RecordShape(
        "stage", "One of the posts of the status page.",
        [
            .required("id", .id(.stage), "its name"),
            .required("on", .notation(Moment.self), "when it comes due"),
            .optional("title", .leaf(.template), "the title of the post"),
            .optional("template", .reference([.template]), "the text of the post"),
            .optional("within", .bySeverity(.leaf(.rule)), "by when, counted from `on`", otherwise: "no time is set"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        on = record.requiredCall("on")
        title = record.optional("title")
        template = record.optionalID("template")
        within = record.bySeverity("within")
        when = record.optional("when") ?? .always
        source = record.source
    }
}
