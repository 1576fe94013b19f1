/// The document of a playbook with numbered lines, to which everything that is said of it leads.
public struct PlaybookDocumentPage: WebPage {
    public var id: String
    public var heading: String
    /// Nil: the version in force.
    public var version: Int?
    public var text: String

    public init(id: String, heading: String, version: Int? = nil, text: String) {
        self.id = id
        self.heading = heading
        self.version = version
        self.text = text
    }

    public var section: PageSection? { .playbooks }
    public var title: String { version.map { "Document, version \($0)" } ?? "Document" }
    public var trail: [Crumb] {
        let path = LocalPath("/playbooks/\(id)").with("version", version.map(String.init))
        return [Crumb("Playbooks", "/playbooks"), Crumb(heading, path)]
    }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage, version == nil else { return }
        html.element("a", .class("button primary"), .href("/playbooks/\(id)/edit"), text: "Change")
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("div", .class("copyable")) { html in
            html.element("pre", .fixed("tabindex", "0"), .fixed("role", "region"), .label("Document")) { html in
                for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                    html.element("span", .id("L\(index + 1)")) { html in
                        html.element("i", text: String(index + 1))
                        html.text(String(line))
                    }
                    html.raw("\n")
                }
            }
        }
    }
}
