import Chronology

/// Who changed what: every administrative act, newest first.
public struct AuditPage: SettingsPage {
    public struct Row: Sendable {
        public var at: Instant
        public var actor: String
        public var action: String
        public var object: String
        /// How the object is called, or was called last; nil when it has no name.
        public var name: String?
        /// The members that the act changed, as far as the record tells them.
        public var changed: [String]
        /// What the record says beside that.
        public var note: String?
        public var remote: String?
        public var requestID: String?

        public init(
            at: Instant, actor: String, action: String, object: String, name: String? = nil, changed: [String] = [],
            note: String? = nil, remote: String? = nil, requestID: String? = nil
        ) {
            self.at = at
            self.actor = actor
            self.action = action
            self.object = object
            self.name = name
            self.changed = changed
            self.note = note
            self.remote = remote
            self.requestID = requestID
        }
    }

    public var rows: [Row]
    public var older: LocalPath?

    public init(rows: [Row], older: LocalPath? = nil) {
        self.rows = rows
        self.older = older
    }

    public var tab: SettingsTab { .audit }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        guard !rows.isEmpty else {
            html.empty(
                "Nothing yet",
                "Every change to users, tokens, routes and settings is written here, in a chain of hashes.",
                command: "tocsin audit export")
            return
        }
        html.table("Audit log", [.number("When"), .word("Who did what"), .word("From"), .word("Request")]) { html in
            for row in rows {
                html.element("tr") { html in
                    html.element("td", .class("n")) { $0.absolute(row.at, frame.clock) }
                    html.element("th") { html in
                        html.element("span") { html in
                            html.element("b", text: row.actor)
                            html.text(" " + row.action + " ")
                            if let name = row.name { html.element("b", text: name) } else { html.code(row.object) }
                        }
                        if !row.changed.isEmpty {
                            html.element("small", text: row.changed.joined(separator: "; "))
                        }
                        if let note = row.note { html.element("small", text: note) }
                        if row.name != nil { html.element("small") { $0.code(row.object) } }
                    }
                    html.element("td") { html in
                        if let remote = row.remote { html.code(remote) } else { html.nothing("–") }
                    }
                    html.element("td") { html in if let id = row.requestID { html.code(id) } else { html.nothing("–") }
                    }
                }
            }
        }
        html.older(older)
    }
}
