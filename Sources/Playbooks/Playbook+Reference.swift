extension Playbook {
    /// What is looked up during an incident.
    public struct Reference: Hashable, Sendable {
        public let dashboards: [Dashboard]
        public let links: [Link]
        public let tools: [Tool]
        public let commands: [ReferenceCommand]
        public let documents: [Document]

        /// Word for a slot that the team has to fill.
        public static let unfilled = "unfilled"
    }

    public struct Dashboard: Hashable, Sendable {
        public let id: ElementID<Dashboard>
        public let title: String
        public let url: String?
        public let purpose: String?
        public let isUnfinished: Bool
        public let source: SourcePlace
    }

    public struct Link: Hashable, Sendable {
        public let id: ElementID<Link>
        public let title: String
        /// Placeholders of the incident may stand in it (S0-20).
        public let url: TemplateText?
        public let purpose: String?
        public let isUnfinished: Bool
        public let source: SourcePlace
    }

    public struct Tool: Hashable, Sendable {
        public let id: ElementID<Tool>
        public let title: String
        public let use: String?
        public let url: String?
        public let command: Command?
        public let isUnfinished: Bool
        public let source: SourcePlace
    }

    public struct ReferenceCommand: Hashable, Sendable {
        public let id: ElementID<ReferenceCommand>
        public let title: String
        public let command: Command?
        /// The technology that it belongs to (S2-18).
        public let stack: String?
        public let text: String?
        public let isUnfinished: Bool
        public let source: SourcePlace
    }

    public struct Document: Hashable, Sendable {
        public let id: ElementID<Document>
        public let title: String
        public let path: String?
        public let purpose: String?
        public let isUnfinished: Bool
        public let source: SourcePlace
    }
}

extension [RecordShape.Field] {
    fileprivate static var unfinished: [RecordShape.Field] {
        [.optional("todo", .leaf(.boolean), "it is not finished", otherwise: "false")]
    }
}

extension Playbook.Reference: DocumentRecord {
    static let shape = RecordShape(
        "reference", "What is looked up during an incident.",
        [
            .optional("dashboards", .list(of: .record(Playbook.Dashboard.shape)), "dashboards"),
            .optional("links", .list(of: .record(Playbook.Link.shape)), "addresses"),
            .optional("tools", .list(of: .record(Playbook.Tool.shape)), "tools"),
            .optional("commands", .list(of: .record(Playbook.ReferenceCommand.shape)), "commands"),
            .optional("documents", .list(of: .record(Playbook.Document.shape)), "documents"),
        ])

    init(_ record: inout RecordReader) {
        dashboards = record.records("dashboards")
        links = record.records("links")
        tools = record.records("tools")
        commands = record.records("commands")
        documents = record.records("documents")
    }
}

extension Playbook.Dashboard: DocumentRecord {
    static let shape = RecordShape(
        "dashboard", "A dashboard.",
        [
            .required("id", .id(.dashboard), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("url", .leaf(.url), "its address"),
            .optional("purpose", .leaf(.text), "what it shows"),
        ] + .unfinished)

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        url = record.optional("url")
        purpose = record.optional("purpose")
        isUnfinished = record.flag("todo")
        source = record.source
    }
}

extension Playbook.Link: DocumentRecord {
    static let shape = RecordShape(
        "link", "An address.",
        [
            .required("id", .id(.link), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("url", .leaf(.template), "the address; placeholders of the incident may stand in it"),
            .optional("purpose", .leaf(.text), "what is there"),
        ] + .unfinished)

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        url = record.optional("url")
        purpose = record.optional("purpose")
        isUnfinished = record.flag("todo")
        source = record.source
    }
}

extension Playbook.Tool: DocumentRecord {
    static let shape = RecordShape(
        "tool", "A tool.",
        [
            .required("id", .id(.tool), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("use", .leaf(.text), "what it is for"),
            .optional("url", .leaf(.url), "its address"),
            .optional("status", .words(Playbook.Reference.unfilled), "the team has to say which one it is"),
        ] + .command + .unfinished)

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        use = record.optional("use")
        url = record.optional("url")
        command = record.command()
        let status: String? = record.optional("status")
        isUnfinished = record.flag("todo") || status != nil
        source = record.source
    }
}

extension Playbook.ReferenceCommand: DocumentRecord {
    static let shape = RecordShape(
        "command", "A command that is shown and copied.",
        [
            .required("id", .id(.command), "its name"),
            .required("title", .leaf(.text), "what it does"),
            .optional("stack", .leaf(.text), "the technology that it belongs to"),
            .optional("text", .leaf(.text), "what is good to know"),
        ] + .command + .unfinished)

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        command = record.command()
        stack = record.optional("stack")
        text = record.optional("text")
        isUnfinished = record.flag("todo")
        source = record.source
    }
}

extension Playbook.Document: DocumentRecord {
    static let shape = RecordShape(
        "document", "A document.",
        [
            .required("id", .id(.document), "its name"),
            .required("title", .leaf(.text), "what people call it"),
            .optional("path", .leaf(.url), "where it is"),
            .optional("purpose", .leaf(.text), "what it says"),
        ] + .unfinished)

    init(_ record: inout RecordReader) {
        id = record.id()
        title = record.value("title")
        path = record.optional("path")
        purpose = record.optional("purpose")
        isUnfinished = record.flag("todo")
        source = record.source
    }
}
