import Chronology

extension Playbook {
    /// Something to be checked or done, ticked by hand or by what happens.
    public struct Item: Hashable, Sendable {
        /// Unique in its list. An item without one is called by its place in the list, from 1.
        public let id: ElementID<Item>
        public let text: String
        public let check: Check
        /// Who does it.
        public let role: ElementID<Role>?
        /// Who is asked, besides the role or instead of it.
        public let to: Party?
        public let when: Guard
        public let command: Command?
        public let link: String?
        public let help: String?
        /// The field that the answer fills.
        public let field: ElementID<Field>?
        public let source: SourcePlace

        /// What ticks it.
        public enum Check: Hashable, Sendable {
            case manual
            case event(IncidentEventName)
            /// For so long, when a time is given.
            case metric(MetricCondition, for: Duration?)
            /// No alert for so long.
            case quiet(Duration)
            case approval(ElementID<Signoff>)
            /// A question; its answer may fill a field.
            case question
            /// A link or a file that shows it.
            case evidence
            /// One of these is chosen, and why goes on the timeline.
            case decision([String])
        }
    }

    /// A list of items that comes due at some moment.
    public struct Checklist: Hashable, Sendable {
        public let id: ElementID<Checklist>
        public let title: String
        public let on: Moment
        public let when: Guard
        public let role: ElementID<Role>?
        public let items: [Item]
        public let source: SourcePlace
    }

    /// A command that is shown and copied, never run by default.
    public struct Command: Hashable, Sendable {
        public let text: TemplateText
        public let risk: Risk
        /// Its own parameters; those of the scenario around it count too.
        public let parameters: [Parameter]
    }

    /// What a command can do to the system (S2-18, S4-45, S4-49).
    public enum Risk: String, CaseIterable, Hashable, Sendable {
        case read, change, destructive, secret

        var meaning: String {
            switch self {
            case .read: "looks"
            case .change: "alters something, and can be undone"
            case .destructive: "loses something"
            case .secret: "prints a secret: its output goes nowhere"
            }
        }
    }

    /// A part of a command that differs from incident to incident (S4-54).
    public struct Parameter: Hashable, Sendable {
        public let id: ElementID<Parameter>
        public let title: String
        /// Nil: the person is asked.
        public let fallback: TemplateText?
        public let source: SourcePlace
    }
}

extension Playbook.Risk: DescribedWord {}

extension Playbook.Item {
    static let shape: Shape = .either(scalar: .leaf(.text), list: nil, map: .record(ItemRecord.shape))
    static let list: Shape = .list(of: shape)
}

extension RecordReader {
    /// A list of items, each a text or a record.
    mutating func items(_ key: String) -> [Playbook.Item] {
        guard let reading = reading(key) else { return [] }
        return reading.elements.enumerated().map { index, element in
            if case .record = element.value {
                return element.record(ItemRecord.self).item(number: index + 1)
            }
            return Playbook.Item(
                id: ElementID("\(index + 1)"), text: element.leaf(), check: .manual, role: nil, to: nil, when: .always,
                command: nil, link: nil, help: nil, field: nil, source: SourcePlace(element.place))
        }
    }

    /// `command`, `risk` and `params`, wherever the three stand together.
    mutating func command() -> Playbook.Command? {
        let text: TemplateText? = optional("command")
        let risk: Playbook.Risk = word("risk") ?? .read
        let parameters: [Playbook.Parameter] = records("params")
        return text.map { Playbook.Command(text: $0, risk: risk, parameters: parameters) }
    }
}

extension [RecordShape.Field] {
    /// The keys that `RecordReader.command()` reads.
    static var command: [RecordShape.Field] {
        [
            .optional("command", .leaf(.template), "a command to copy"),
            .optional(
                "risk", .word(of: Playbook.Risk.self), "what the command, or the step, can do", otherwise: "read"),
            .optional(
                "params", .list(of: .record(Playbook.Parameter.shape)), "what the command asks for, as `{{param.ID}}`"),
        ]
    }
}

/// An item as it stands in the document.
struct ItemRecord: DocumentRecord {
    enum Kind: String, CaseIterable, DescribedWord {
        case manual, event, metric, quiet, approval, question, evidence, decision

        var meaning: String {
            switch self {
            case .manual: "ticked by hand"
            case .event: "ticked by the `event`"
            case .metric: "the `metric` keeps its bound, `for` some time if one is given"
            case .quiet: "no alert `for` some time"
            case .approval: "the sign-off named by `approval` is complete"
            case .question: "answered; the answer fills the `field`, if one is named"
            case .evidence: "a link or a file shows it"
            case .decision: "one of the `options` is chosen"
            }
        }

        /// The key without which an item of this kind says nothing.
        var key: String? {
            switch self {
            case .event: "event"
            case .metric: "metric"
            case .quiet: "for"
            case .approval: "approval"
            case .decision: "options"
            case .manual, .question, .evidence: nil
            }
        }
    }

    let id: ElementID<Playbook.Item>?
    let text: String
    let kind: Kind
    let event: IncidentEventName?
    let metric: MetricCondition?
    let time: Duration?
    let approval: ElementID<Playbook.Signoff>?
    let field: ElementID<Playbook.Field>?
    let options: [String]
    let role: ElementID<Playbook.Role>?
    let to: Party?
    let when: Guard
    let command: Playbook.Command?
    let link: String?
    let help: String?
    let source: SourcePlace

    static let shape = RecordShape(
        "item", "Something to be checked or done. A bare text is an item that is ticked by hand.",
        needs: Kind.allCases.compactMap { kind in
            kind.key.map { RecordShape.Need("kind", kind.rawValue, needs: $0) }
        },
        [
            .optional("id", .id(.item), "its name within the list", otherwise: "its place in the list"),
            .required("text", .leaf(.text), "what is to be done"),
            .optional("kind", .word(of: Kind.self), "what ticks it", otherwise: "manual"),
            .optional("event", .notation(IncidentEventName.self), "for kind event"),
            .optional("metric", .leaf(.metric), "for kind metric"),
            .optional("for", .leaf(.duration), "for kinds quiet and metric: how long"),
            .optional("approval", .reference([.signoff]), "for kind approval"),
            .optional("field", .reference([.field]), "the field that the answer fills"),
            .optional("options", .list(.leaf(.text), 2...20), "for kind decision"),
            .optional("role", .reference([.role]), "who does it"),
            .optional("to", .leaf(.party), "who is asked"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("link", .leaf(.url), "where to look"),
            .optional("help", .leaf(.text), "what helps to do it"),
        ] + .command)

    init(_ record: inout RecordReader) {
        id = record.optionalID("id")
        text = record.value("text")
        kind = record.word("kind") ?? .manual
        event = record.call("event")
        metric = record.optional("metric")
        time = record.optional("for")
        approval = record.optionalID("approval")
        field = record.optionalID("field")
        options = record.values("options")
        role = record.optionalID("role")
        to = record.optional("to")
        when = record.optional("when") ?? .always
        link = record.optional("link")
        help = record.optional("help")
        command = record.command()
        source = record.source
    }

    func item(number: Int) -> Playbook.Item {
        Playbook.Item(
            id: id ?? ElementID("\(number)"), text: text, check: check, role: role, to: to, when: when,
            command: command,
            link: link, help: help, field: field, source: source)
    }

    /// The check of the document has seen that what the kind needs is there.
    private var check: Playbook.Item.Check {
        switch kind {
        case .manual: .manual
        case .event: event.map { .event($0) } ?? .manual
        case .metric: metric.map { .metric($0, for: time) } ?? .manual
        case .quiet: time.map { .quiet($0) } ?? .manual
        case .approval: approval.map { .approval($0) } ?? .manual
        case .question: .question
        case .evidence: .evidence
        case .decision: .decision(options)
        }
    }
}

extension Playbook.Checklist: DocumentRecord {
    static let shape = RecordShape(
        "checklist", "A list of items that comes due at some moment.",
        [
            .required("id", .id(.checklist), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("on", .notation(Moment.self), "when it comes due"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
            .optional("role", .reference([.role]), "who does what no item gives to another"),
            .required("items", Playbook.Item.list, "the items"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        on = record.requiredCall("on")
        when = record.optional("when") ?? .always
        role = record.optionalID("role")
        items = record.items("items")
        source = record.source
    }
}

extension Playbook.Parameter: DocumentRecord {
    static let shape = RecordShape(
        "parameter", "A part of a command that differs from incident to incident.",
        [
            .required("id", .id(.parameter), "its name, used as `{{param.ID}}`"),
            .required("title", .leaf(.text), "the question"),
            .optional(
                "default", .leaf(.template), "what it is unless somebody says otherwise", otherwise: "it is asked"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        fallback = record.optional("default")
        source = record.source
    }
}
