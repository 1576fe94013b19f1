extension Playbook {
    /// Something that has happened before: how it shows, what is looked at, what helps.
    public struct Scenario: Hashable, Sendable {
        public let id: ElementID<Scenario>
        public let title: String
        public let text: String?
        public let services: [String]
        /// Names of alerts by which it is recognised.
        public let alerts: [String]
        public let symptoms: [String]
        /// For all of its commands.
        public let parameters: [Parameter]
        public let steps: [Step]
        public let branches: [Branch]
        public let causes: [Cause]
        public let resolution: [Step]
        public let decisions: [Decision]
        /// Each becomes an action item when the scenario was used (S4-47).
        public let longTerm: [String]
        public let links: [ElementID<Scenario>]
        public let contacts: [Party]
        public let warning: String?
        public let source: SourcePlace

        public struct Branch: Hashable, Sendable {
            public let condition: String
            public let action: String
            public let command: Command?
            public let source: SourcePlace
        }

        public struct Cause: Hashable, Sendable {
            public let cause: String
            public let fix: String?
            public let command: Command?
            public let source: SourcePlace
        }

        /// A question whose answer, and when it was given, is recorded (S1-18).
        public struct Decision: Hashable, Sendable {
            public let question: String
            public let yes: String
            public let no: String
            public let source: SourcePlace
        }
    }

    /// Something that somebody does, with a command if there is one.
    public struct Step: Hashable, Sendable {
        public let text: String
        public let command: Command?
        /// What the step can do, also without a command.
        public let risk: Risk
        public let role: ElementID<Role>?
        public let to: Party?
        /// When it applies, in words.
        public let when: String?
        public let link: String?
        public let source: SourcePlace
    }
}

extension Playbook.Step {
    static let list: Shape = .list(of: .either(scalar: .leaf(.text), list: nil, map: .record(StepRecord.shape)))
}

extension RecordReader {
    /// A list of steps, each a text or a record.
    mutating func steps(_ key: String) -> [Playbook.Step] {
        guard let reading = reading(key) else { return [] }
        return reading.elements.map { element in
            if case .record = element.value { return element.record(StepRecord.self).step }
            return Playbook.Step(
                text: element.leaf(), command: nil, risk: .read, role: nil, to: nil, when: nil, link: nil,
                source: SourcePlace(element.place))
        }
    }

    /// A command beside which the risk stands also when there is no command.
    mutating func riskyCommand() -> (command: Playbook.Command?, risk: Playbook.Risk) {
        let risk: Playbook.Risk? = word("risk")
        return (command(), risk ?? .read)
    }
}

private struct StepRecord: DocumentRecord {
    let step: Playbook.Step

    static let shape = RecordShape(
        "step", "Something that somebody does. A bare text is a step without a command.",
        [
            .required("text", .leaf(.text), "what is done"),
            .optional("role", .reference([.role]), "who does it"),
            .optional("to", .leaf(.party), "who is asked"),
            .optional("when", .leaf(.text), "when it applies, in words"),
            .optional("link", .leaf(.url), "where to look"),
        ] + .command)

    init(_ record: inout RecordReader) {
        let (command, risk) = record.riskyCommand()
        step = Playbook.Step(
            text: record.value("text"), command: command, risk: risk, role: record.optionalID("role"),
            to: record.optional("to"), when: record.optional("when"), link: record.optional("link"),
            source: record.source)
    }
}

extension Playbook.Scenario: DocumentRecord {
    static let shape = RecordShape(
        "scenario", "Something that has happened before: how it shows, what is looked at, what helps.",
        [
            .required("id", .id(.scenario), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("text", .leaf(.longText), "what is good to know"),
            .optional("services", .list(of: .leaf(.text)), "the services that it is about"),
            .optional("alerts", .list(of: .leaf(.text)), "alerts by which it is recognised"),
            .optional("symptoms", .list(of: .leaf(.text)), "how it shows"),
            .optional("params", .list(of: .record(Playbook.Parameter.shape)), "what its commands ask for"),
            .optional("steps", Playbook.Step.list, "what is looked at, in order"),
            .optional("branches", .list(of: .record(Branch.shape)), "what is done if something is found"),
            .optional("causes", .list(of: .record(Cause.shape)), "known causes"),
            .optional("resolution", Playbook.Step.list, "what resolves it"),
            .optional("decisions", .list(of: .record(Decision.shape)), "questions to be decided"),
            .optional("long-term", .list(of: .leaf(.text)), "what becomes an action item"),
            .optional("links", .list(of: .reference([.scenario])), "scenarios that belong to it"),
            .optional("contacts", .list(of: .leaf(.party)), "who knows more"),
            .optional("warning", .leaf(.text), "what to be careful with"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        text = record.optional("text")
        services = record.values("services")
        alerts = record.values("alerts")
        symptoms = record.values("symptoms")
        parameters = record.records("params")
        steps = record.steps("steps")
        branches = record.records("branches")
        causes = record.records("causes")
        resolution = record.steps("resolution")
        decisions = record.records("decisions")
        longTerm = record.values("long-term")
        links = record.ids("links")
        contacts = record.values("contacts")
        warning = record.optional("warning")
        source = record.source
    }
}

extension Playbook.Scenario.Branch: DocumentRecord {
    static let shape = RecordShape(
        "branch", "What is done if something is found.",
        [
            .required("if", .leaf(.text), "what is found"),
            .required("then", .leaf(.text), "what is done"),
        ] + .command)

    init(_ record: inout RecordReader) {
        condition = record.value("if")
        action = record.value("then")
        command = record.command()
        source = record.source
    }
}

extension Playbook.Scenario.Cause: DocumentRecord {
    static let shape = RecordShape(
        "cause", "A known cause and its fix.",
        [
            .required("cause", .leaf(.text), "the cause"),
            .optional("fix", .leaf(.text), "what helps"),
        ] + .command)

    init(_ record: inout RecordReader) {
        cause = record.value("cause")
        fix = record.optional("fix")
        command = record.command()
        source = record.source
    }
}

extension Playbook.Scenario.Decision: DocumentRecord {
    static let shape = RecordShape(
        "decision", "A question whose answer is recorded.",
        [
            .required("question", .leaf(.text), "the question"),
            .required("yes", .leaf(.text), "what is done if so"),
            .required("no", .leaf(.text), "what is done if not"),
        ])

    init(_ record: inout RecordReader) {
        question = record.value("question")
        yes = record.value("yes")
        no = record.value("no")
        source = record.source
    }
}
