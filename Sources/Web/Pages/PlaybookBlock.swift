/// A sentence of a playbook, and where its document says so.
public struct PlaybookPoint: Sendable {
    public var text: String
    /// From 1; nil for what every playbook has, or where nobody knows.
    public var line: Int?

    public init(_ text: String, line: Int? = nil) {
        self.text = text
        self.line = line
    }
}

/// A piece of a playbook as its reader sees it.
public indirect enum PlaybookBlock: Sendable {
    case text(String)
    case heading(String)
    case points([PlaybookPoint])
    /// Names and values.
    case facts([Fact])
    /// Addresses to follow, where they can be followed.
    case links([Link])
    /// A text to copy: a message, a command.
    case message(String, title: String)
    case command(Command)
    case fold(Fold)

    public struct Fact: Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct Link: Sendable {
        public var title: String
        /// Nil: the team has not filled it in yet.
        public var address: String?
        public var note: String?
        public var line: Int?

        public init(title: String, address: String?, note: String? = nil, line: Int? = nil) {
            self.title = title
            self.address = address
            self.note = note
            self.line = line
        }
    }

    public struct Command: Sendable {
        public var title: String?
        public var text: String
        public var risk: StateMark
        public var line: Int?

        public init(title: String? = nil, text: String, risk: StateMark, line: Int? = nil) {
            self.title = title
            self.text = text
            self.risk = risk
            self.line = line
        }
    }

    /// Something that is opened by whoever wants to know.
    public struct Fold: Sendable {
        public var title: String
        /// Stands before the title.
        public var severity: SeverityMark?
        public var note: String?
        public var line: Int?
        public var isOpen: Bool
        public var blocks: [PlaybookBlock]

        public init(
            _ title: String, severity: SeverityMark? = nil, note: String? = nil, line: Int? = nil, isOpen: Bool = false,
            _ blocks: [PlaybookBlock]
        ) {
            self.title = title
            self.severity = severity
            self.note = note
            self.line = line
            self.isOpen = isOpen
            self.blocks = blocks
        }
    }
}

/// A table whose columns are the team's own: clocks or people by severity.
public struct PlaybookGrid: Sendable {
    public struct Row: Sendable {
        public var severity: SeverityMark?
        public var head: String
        /// One for each column; empty: nothing.
        public var cells: [String]

        public init(severity: SeverityMark? = nil, head: String, cells: [String]) {
            self.severity = severity
            self.head = head
            self.cells = cells
        }
    }

    public var name: String
    public var columns: [String]
    public var rows: [Row]

    public init(name: String, columns: [String], rows: [Row]) {
        self.name = name
        self.columns = columns
        self.rows = rows
    }
}

extension HTML {
    /// `document` is the page on which lines of the document can be looked up; nil for a text that is kept nowhere yet.
    mutating func blocks(_ blocks: [PlaybookBlock], document: LocalPath?) {
        for block in blocks {
            switch block {
            case .text(let text): element("p", .class("summary"), text: text)
            case .heading(let text): element("h3", text: text)
            case .points(let points): self.points(points, document: document)
            case .facts(let facts):
                element("dl", .class("facts")) { html in
                    for fact in facts {
                        html.element("dt", text: fact.name)
                        html.element("dd", text: fact.value)
                    }
                }
            case .links(let links):
                element("ul", .class("lines")) { html in
                    for link in links { html.link(link, document: document) }
                }
            case .message(let text, let title): copyable(text, label: title)
            case .command(let command): self.command(command, document: document)
            case .fold(let fold): self.fold(fold, document: document)
            }
        }
    }

    mutating func points(_ points: [PlaybookPoint], document: LocalPath?) {
        guard !points.isEmpty else { return }
        element("ul", .class("lines")) { html in
            for point in points {
                html.element("li") { html in
                    html.element("span", .class("grow"), text: point.text)
                    html.line(point.line, document)
                }
            }
        }
    }

    /// Where the document says so.
    mutating func line(_ line: Int?, _ document: LocalPath?) {
        guard let line else { return }
        let text = "line\u{A0}\(line)"
        guard let document else { return element("span", .class("hint"), text: text) }
        element("a", .class("hint"), .href(document.at("L", line)), text: text)
    }

    private mutating func link(_ link: PlaybookBlock.Link, document: LocalPath?) {
        element("li") { html in
            html.element("span", .class("grow")) { html in
                html.element("b", text: link.title)
                html.text(" ")
                if let address = link.address {
                    html.outward(address)
                } else {
                    html.state(StateMark("not filled in", .waiting))
                }
                if let note = link.note { html.element("small", text: note) }
            }
            html.line(link.line, document)
        }
    }

    private mutating func command(_ command: PlaybookBlock.Command, document: LocalPath?) {
        element("div", .class("row")) { html in
            if let title = command.title { html.element("span", text: title) }
            html.state(command.risk)
            html.line(command.line, document)
        }
        copyable(command.text, label: command.title ?? "Command")
    }

    private mutating func fold(_ fold: PlaybookBlock.Fold, document: LocalPath?) {
        element("details", .class("request"), .flag("open", fold.isOpen)) { html in
            html.element("summary") { html in
                if let severity = fold.severity { html.severity(severity) }
                html.element("b", text: fold.title)
                if let note = fold.note { html.element("span", .class("muted grow"), text: note) }
            }
            html.element("div", .class("fold")) { html in
                html.blocks(fold.blocks, document: document)
                if let line = fold.line {
                    html.element("p") { html in html.line(line, document) }
                }
            }
        }
    }

    mutating func grid(_ grid: PlaybookGrid, corner: StaticString) {
        element("table", .class("list"), .label(grid.name)) { html in
            html.element("thead") { html in
                html.element("tr") { html in
                    html.element("th", .fixed("scope", "col")) { $0.raw(corner) }
                    for column in grid.columns { html.element("th", .fixed("scope", "col"), text: column) }
                }
            }
            html.element("tbody") { html in
                for row in grid.rows {
                    html.element("tr") { html in
                        html.element("th", .fixed("scope", "row")) { html in
                            if let severity = row.severity { html.severity(severity) }
                            html.element("b", text: row.head)
                        }
                        for (column, cell) in zip(grid.columns, row.cells) {
                            // An empty cell is left out of the list that the table becomes on a phone.
                            html.element("td", .class("wrap"), .data("data-th", column), text: cell)
                        }
                    }
                }
            }
        }
    }
}
