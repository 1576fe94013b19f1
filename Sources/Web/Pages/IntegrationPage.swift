import Chronology

/// One integration: what it received, and what was made of it.
public struct IntegrationPage: WebPage {
    public struct Request: Sendable {
        public var id: String
        public var at: Instant
        public var remote: String
        /// The HTTP status that was answered.
        public var status: Int
        /// The size of the body, in bytes.
        public var size: Int
        /// How many bytes of it are kept.
        public var kept: Int
        /// The body as text, possibly cut; `size` says how much there was.
        public var body: String
        /// What was understood, a line each; empty if nothing was.
        public var signals: [String]
        /// What was wrong, and where in the body.
        public var fault: String?

        public init(
            id: String, at: Instant, remote: String, status: Int, size: Int, kept: Int? = nil, body: String,
            signals: [String], fault: String? = nil
        ) {
            self.id = id
            self.at = at
            self.remote = remote
            self.status = status
            self.size = size
            self.kept = kept ?? body.utf8.count
            self.body = body
            self.signals = signals
            self.fault = fault
        }
    }

    public var id: String
    public var name: String
    public var dialect: String
    public var service: String?
    public var isDisabled: Bool
    public var keyHint: String
    /// Two while a key is being replaced.
    public var keyCount: Int
    /// When its settings or keys were changed last.
    public var changed: Instant
    public var lastRequest: Instant?
    /// In the last 24 hours, in whole hours; every request, whether its body is kept or not.
    public var accepted: Int
    /// In the last 24 hours.
    public var refused: Int
    /// Newest first.
    public var requests: [Request]

    public init(
        id: String, name: String, dialect: String, service: String? = nil, isDisabled: Bool = false, keyHint: String,
        keyCount: Int, changed: Instant, lastRequest: Instant? = nil, accepted: Int, refused: Int, requests: [Request]
    ) {
        self.id = id
        self.name = name
        self.dialect = dialect
        self.service = service
        self.isDisabled = isDisabled
        self.keyHint = keyHint
        self.keyCount = keyCount
        self.changed = changed
        self.lastRequest = lastRequest
        self.accepted = accepted
        self.refused = refused
        self.requests = requests
    }

    public var section: PageSection? { .integrations }
    public var title: String { name }
    public var trail: [Crumb] { [Crumb("Integrations", "/integrations")] }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canManage else { return }
        html.disclosure(
            "Rotate key…", id: "rotate",
            consequence:
                "Makes a new key. The present one goes on working until the next rotation; an older one stops at once."
        ) { html in html.act("Rotate key", to: "/integrations/\(id)/rotate", frame, .danger) }
        if isDisabled {
            html.act("Enable", to: "/integrations/\(id)/enable", frame)
        } else {
            html.disclosure(
                "Disable…", id: "disable",
                consequence: "Refuses everything that arrives here, until it is enabled again. Open alerts stay open."
            ) { html in html.act("Disable", to: "/integrations/\(id)/disable", frame, .danger) }
        }
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .class("now plain"), .label("Now")) { html in
            html.cell("State") { html in
                let row = IntegrationListPage.Row(
                    id: id, name: name, dialect: dialect, isDisabled: isDisabled, accepted: accepted, refused: refused,
                    lastRequest: lastRequest)
                html.state(row.state)
            }
            html.cell("Dialect") { $0.text(dialect) }
            html.cell("Accepted in 24 h") { $0.text(accepted) }
            html.cell("Refused in 24 h") { html in
                html.element("span", .class(refused > 0 ? "late" : nil)) { $0.text(refused) }
            }
            html.cell("Last request") { html in
                if let lastRequest { html.ago(lastRequest, frame.clock) } else { html.nothing("never") }
            }
        }
        html.facts([
            ("Service", { html in if let service { html.text(service) } else { html.nothing("decided by routes") } }),
            (
                "Key",
                { html in
                    html.code(keyHint)
                    if keyCount > 1 { html.raw(" and the one before") }
                }
            ),
            ("Changed", { $0.absolute(changed, frame.clock) }),
        ])
        html.part("Last requests", id: "requests", note: requests.isEmpty ? nil : "a sample, newest first") { html in
            if requests.isEmpty {
                html.element("p", .class("muted")) {
                    $0.raw(
                        "Nothing has arrived yet. If it should have: is the address right, and can the sender reach it?"
                    )
                }
            }
            for request in requests { self.request(request, &html, frame) }
        }
    }

    private func request(_ request: Request, _ html: inout HTML, _ frame: PageFrame) {
        html.element("details", .class("request"), .id("r-" + request.id)) { html in
            html.element("summary") { html in
                html.state(StateMark(String(request.status), request.status < 300 ? .good : .bad))
                html.timeOfDay(request.at, frame.clock)
                html.element(
                    "span", .class("grow"), text: request.fault ?? (request.signals.first ?? "nothing in it"))
                html.element("span", .class("muted"), text: "\(request.size) bytes from \(request.remote)")
            }
            html.element("div", .class("raw-and-parsed")) { html in
                html.element("div") { html in
                    html.element("h3", text: "As received")
                    html.element(
                        "pre", .fixed("tabindex", "0"), .fixed("role", "region"),
                        .label("Body of the request at \(frame.clock.timeOfDay(request.at))")
                    ) { html in html.element("code", text: request.body) }
                    if request.kept < request.size {
                        html.element(
                            "p", .class("hint"), text: "The first \(request.kept) of \(request.size) bytes.")
                    }
                }
                html.element("div") { html in
                    html.element("h3", text: request.fault == nil ? "As understood" : "Why it was refused")
                    if let fault = request.fault { html.element("p", .class("fault"), text: fault) }
                    html.element("ul", .class("lines")) { html in
                        for signal in request.signals { html.element("li", text: signal) }
                    }
                }
            }
        }
    }
}
