/// The playbooks: which there are, and which incidents follow which.
public struct PlaybookListPage: WebPage {
    public struct Row: Sendable {
        public var id: String
        public var title: String
        /// That of the document: `1.4.0`.
        public var revision: String
        /// How often it was put in force; 0 for one of the binary's that nobody has used or changed yet.
        public var version: Int
        public var isBuiltIn: Bool
        /// Incidents follow it where their service names none.
        public var isUsual: Bool
        /// Names of the services whose incidents follow it.
        public var services: [String]

        public init(
            id: String, title: String, revision: String, version: Int, isBuiltIn: Bool, isUsual: Bool = false,
            services: [String] = []
        ) {
            self.id = id
            self.title = title
            self.revision = revision
            self.version = version
            self.isBuiltIn = isBuiltIn
            self.isUsual = isUsual
            self.services = services
        }
    }

    public var rows: [Row]

    public init(rows: [Row]) {
        self.rows = rows
    }

    public var section: PageSection? { .playbooks }
    public var title: String { "Playbooks" }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage else { return }
        html.raw(#"<a class="button primary" href="/playbooks/-/new" data-key="n">Add a playbook</a>"#)
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        guard !rows.isEmpty else {
            html.empty(
                "No playbooks",
                "The ones that come with Tocsin need the time zones of this machine. Install its tzdata package, or add a "
                    + "playbook in UTC:", command: "tocsin playbook upload ours.playbook.yaml")
            return
        }
        html.table("Playbooks", [.word("Playbook"), .word("Followed by"), .number("Revision"), .number("Version")]) {
            html in
            for row in rows { self.row(row, &html) }
        }
    }

    private func row(_ row: Row, _ html: inout HTML) {
        html.element("tr") { html in
            html.element("th") { html in
                html.element("a", .href("/playbooks/\(row.id)"), text: row.title)
                html.element("small") { html in
                    html.code(row.id)
                    html.raw(row.isBuiltIn ? " comes with Tocsin" : " uploaded")
                }
            }
            html.element("td", .class("wrap")) { html in
                if row.isUsual { html.state(StateMark("the usual one", .good)) }
                if !row.services.isEmpty { html.text(" " + row.services.joined(separator: ", ")) }
            }
            html.element("td", .class("n"), .fixed("data-th", "revision"), text: row.revision)
            html.element("td", .class("n")) { html in
                guard row.version > 0 else {
                    html.nothing("never used")
                    return
                }
                html.element("a", .href("/playbooks/\(row.id)/versions"), text: "version\u{A0}\(row.version)")
            }
        }
    }
}
