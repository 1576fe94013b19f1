import Chronology

extension Playbook {
    /// A state of the kernel under the team's own label (X12); several states may share one.
    public struct Status: Hashable, Sendable {
        /// The state's name unless the document gives another, as it must for a second status of one state.
        public let id: ElementID<Status>
        public let state: IncidentState
        public let label: String
        /// What the public reads; nil for one that it never sees.
        public let publicLabel: String?
        public let text: String?
        /// Clocks that stand still in it.
        public let pauses: [ElementID<Clock>]
        public let source: SourcePlace
    }

    /// A part of the course of an incident.
    public struct Phase: Hashable, Sendable {
        public let id: ElementID<Phase>
        public let title: String
        public let states: [ElementID<Status>]
        /// It runs beside the others rather than after one (X14).
        public let isConcurrent: Bool
        public let box: Box?
        public let goal: String?
        public let text: String?
        public let when: Guard
        /// What is done or owed when it is entered.
        public let enter: [Action]
        public let checklist: [Item]
        /// What has to be true before it is left; leaving it without needs a reason.
        public let exit: [Item]
        public let source: SourcePlace

        /// How long a phase takes, counted from an anchor: offsets from the detection, or a length (X15).
        public struct Box: Hashable, Sendable {
            public let from: Anchor
            public let min: Duration?
            public let max: Duration?
            public let source: SourcePlace
        }
    }

    /// Something that is done at once or owed when a phase is entered.
    public struct Action: Hashable, Sendable {
        public let act: Act
        public let title: String?
        public let when: Guard
        public let source: SourcePlace

        public enum Act: Hashable, Sendable {
            case page([Party])
            case notify([Party], template: ElementID<Template>?)
            case post(ElementID<Audience>, template: ElementID<Template>?)
            case statusPage(ElementID<StatusPage.Stage>)
            case room
            case bridge
            /// To whom the role falls by its own rule when nobody is named.
            case assign(ElementID<Role>, to: Party?)
            case task(String, role: ElementID<Role>?, to: Party?)
            case create(Creation)
            case start(ElementID<Clock>)
        }
    }
}

extension Playbook.Status: DocumentRecord {
    static let shape = RecordShape(
        "status", "A state of the kernel under the team's own label, in the order of the lifecycle.", nameKey: "state",
        [
            .optional(
                "id", .id(.status), "its name, for a second status of one state", otherwise: "the name of the state"),
            .required("state", .word(IncidentState.self), "the state of the kernel"),
            .required("label", .leaf(.text), "what the team calls it"),
            .optional("public", .leaf(.text), "what the public reads", otherwise: "the public never sees it"),
            .optional("text", .leaf(.text), "what it means"),
            .optional("pauses", .oneOrMore(.reference([.clock])), "clocks that stand still in it"),
        ])

    init(_ record: inout RecordReader) {
        let state: IncidentState = record.requiredWord("state")
        let id: ElementID<Playbook.Status>? = record.optionalID("id")
        self.id = id ?? ElementID(state.rawValue)
        self.state = state
        label = record.value("label")
        publicLabel = record.optional("public")
        text = record.optional("text")
        pauses = record.ids("pauses")
        source = record.source
    }
}

extension Playbook.Phase: DocumentRecord {
    static let shape = RecordShape(
        "phase",
        "A part of the course of an incident. Phases that share a state follow one another in the order of the list.",
        [
            .required("id", .id(.phase), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .required("states", .oneOrMore(.reference([.status])), "the states or statuses that belong to it"),
            .optional("concurrent", .leaf(.boolean), "it runs beside the others", otherwise: "false"),
            .optional("box", .record(Box.shape), "how long it takes"),
            .optional("goal", .leaf(.text), "what it is for"),
            .optional("text", .leaf(.longText), "what people read when it begins"),
            .optional(
                "when", .leaf(.guardExpression), "for which incidents; it is passed over for others",
                otherwise: "always"),
            .optional("enter", .list(of: .record(Playbook.Action.shape)), "what is done or owed when it is entered"),
            .optional("checklist", Playbook.Item.list, "what is done in it"),
            .optional("exit", Playbook.Item.list, "what has to be true before it is left"),
        ])

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        states = record.ids("states")
        isConcurrent = record.flag("concurrent")
        box = record.record("box")
        goal = record.optional("goal")
        text = record.optional("text")
        when = record.optional("when") ?? .always
        enter = record.records("enter")
        checklist = record.items("checklist")
        exit = record.items("exit")
        source = record.source
    }
}

extension Playbook.Phase.Box: DocumentRecord {
    static let shape = RecordShape(
        "time box", "How long a phase takes: between two offsets from its anchor.",
        [
            .required("from", .notation(Anchor.self), "from when it counts; `phase-entered` makes it a length"),
            .optional("min", .leaf(.duration), "the earliest end, or the beginning"),
            .optional("max", .leaf(.duration), "the latest end"),
        ])

    init(_ record: inout RecordReader) {
        from = record.requiredCall("from")
        min = record.optional("min")
        max = record.optional("max")
        source = record.source
    }
}

extension Playbook.Action: DocumentRecord {
    private static let acts = [
        "page", "notify", "post", "status-page", "room", "bridge", "assign", "task", "create", "start",
    ]

    static let shape = RecordShape(
        "action", "Something that is done at once or owed.", exactlyOneOf: [acts],
        [
            .optional("page", .oneOrMore(.leaf(.party)), "wakes them"),
            .optional("notify", .oneOrMore(.leaf(.party)), "tells them"),
            .optional("post", .reference([.audience]), "posts to that audience"),
            .optional("status-page", .reference([.stage]), "brings the status page to that stage"),
            .optional("room", .words("true"), "opens the incident's room"),
            .optional("bridge", .words("true"), "opens a call"),
            .optional("assign", .reference([.role]), "fills that role"),
            .optional("task", .leaf(.text), "makes a task of it"),
            .optional("create", .leaf(.creation), "creates its counterpart elsewhere, unless there is one"),
            .optional("start", .reference([.clock]), "starts that clock"),
            .optional("to", .leaf(.party), "of assign and task: to whom"),
            .optional("role", .reference([.role]), "of task: whose"),
            .optional("template", .reference([.template]), "of notify and post: the message"),
            .optional("title", .leaf(.text), "what people call it"),
            .optional("when", .leaf(.guardExpression), "for which incidents", otherwise: "always"),
        ])

    init(_ record: inout RecordReader) {
        let page: [Party] = record.values("page")
        let notify: [Party] = record.values("notify")
        let post: ElementID<Playbook.Audience>? = record.optionalID("post")
        let stage: ElementID<Playbook.StatusPage.Stage>? = record.optionalID("status-page")
        let room: String? = record.optional("room")
        let _: String? = record.optional("bridge")
        let assign: ElementID<Playbook.Role>? = record.optionalID("assign")
        let task: String? = record.optional("task")
        let create: Creation? = record.optional("create")
        let start: ElementID<Playbook.Clock>? = record.optionalID("start")
        let to: Party? = record.optional("to")
        let role: ElementID<Playbook.Role>? = record.optionalID("role")
        let template: ElementID<Playbook.Template>? = record.optionalID("template")
        // Exactly one of them is there.
        if !page.isEmpty {
            act = .page(page)
        } else if !notify.isEmpty {
            act = .notify(notify, template: template)
        } else if let post {
            act = .post(post, template: template)
        } else if let stage {
            act = .statusPage(stage)
        } else if let assign {
            act = .assign(assign, to: to)
        } else if let task {
            act = .task(task, role: role, to: to)
        } else if let create {
            act = .create(create)
        } else if let start {
            act = .start(start)
        } else {
            act = room == nil ? .bridge : .room
        }
        title = record.optional("title")
        when = record.optional("when") ?? .always
        source = record.source
    }
}
