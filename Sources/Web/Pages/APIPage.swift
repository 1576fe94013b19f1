/// The API for people: every address, what it does and who may use it, by chapter. Seen without signing in.
public struct APIPage: WebPage {
    public struct Row: Sendable {
        /// `GET /api/v1/incidents`.
        public var request: String
        public var summary: String
        /// Who may: a permission, or a key.
        public var permission: String

        public init(request: String, summary: String, permission: String) {
            self.request = request
            self.summary = summary
            self.permission = permission
        }
    }

    public var version: String
    public var chapters: [(name: String, rows: [Row])]

    public init(version: String, chapters: [(name: String, rows: [Row])]) {
        self.version = version
        self.chapters = chapters
    }

    public var section: PageSection? { nil }
    public var isSetUp: Bool { true }
    public var title: String { "Tocsin API \(version)" }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.raw(#"<p>As data: <a href="/api/openapi.json">/api/openapi.json</a></p>"#)
        for (index, chapter) in chapters.enumerated() {
            html.part(chapter.name, id: "chapter-\(index + 1)") { html in
                html.table(chapter.name, [.word("Request"), .word("What it does"), .word("Permission")]) { html in
                    for row in chapter.rows {
                        html.element("tr") { html in
                            html.element("th") { $0.code(row.request) }
                            html.element("td", .class("wrap"), text: row.summary)
                            html.element("td", .class("who"), .fixed("data-th", "needs"), text: row.permission)
                        }
                    }
                }
            }
        }
    }
}
