import Chronology

/// One incident: what is the case now, what happened, and what can be done.
public struct IncidentPage: WebPage {
    public var key: String
    public var heading: String
    public var severity: SeverityMark
    public var status: StateMark
    public var service: String?
    public var isDrill: Bool
    public var declared: Instant
    /// Since when customers feel it, if that is known.
    public var impactStarted: Instant?
    /// When the impact was over; nil while it lasts.
    public var resolved: Instant?
    public var closed: Instant?
    public var lead: String?
    public var owed: [Owed]
    /// Newest first.
    public var entries: [TimelineRow]
    /// How many entries are older than those shown; nonzero shows a link to the whole record.
    public var entriesLeftOut: Int
    public var roles: [Role]
    public var alerts: [AttachedAlert]
    public var pages: [AttachedPage]
    public var chain: Chain
    public var statuses: [Choice]
    public var severities: [Choice]
    public var people: [Choice]
    /// What its playbook asks for; nil: the playbook cannot be read any more.
    public var procedure: Procedure?
    public var updateForm = FormState.fresh
    public var markForm = FormState.fresh
    public var settleForm = FormState.fresh
    public var taskForm = FormState.fresh
    /// What was typed and refused, by the form it was typed into.
    public var noteForm: FormState
    public var statusForm: FormState
    public var severityForm: FormState
    public var roleForm: FormState
    /// The streams of events that this page shows: the incident's and its pages'.
    public var subjects: [String]
    public var after: Int64

    public init(
        key: String, heading: String, severity: SeverityMark, status: StateMark, service: String? = nil,
        isDrill: Bool = false, declared: Instant, impactStarted: Instant? = nil, resolved: Instant? = nil,
        closed: Instant? = nil, lead: String? = nil, owed: [Owed] = [], entries: [TimelineRow],
        entriesLeftOut: Int = 0, roles: [Role], alerts: [AttachedAlert], pages: [AttachedPage], chain: Chain,
        statuses: [Choice], severities: [Choice], people: [Choice], noteForm: FormState = .fresh,
        statusForm: FormState = .fresh, severityForm: FormState = .fresh, roleForm: FormState = .fresh,
        subjects: [String] = [], after: Int64
    ) {
        self.key = key
        self.heading = heading
        self.severity = severity
        self.status = status
        self.service = service
        self.isDrill = isDrill
        self.declared = declared
        self.impactStarted = impactStarted
        self.resolved = resolved
        self.closed = closed
        self.lead = lead
        self.owed = owed
        self.entries = entries
        self.entriesLeftOut = entriesLeftOut
        self.roles = roles
        self.alerts = alerts
        self.pages = pages
        self.chain = chain
        self.statuses = statuses
        self.severities = severities
        self.people = people
        self.noteForm = noteForm
        self.statusForm = statusForm
        self.severityForm = severityForm
        self.roleForm = roleForm
        self.subjects = subjects
        self.after = after
    }

    /// Something that the procedure owes by a time.
    public struct Owed: Sendable {
        public var what: String
        public var owner: String?
        public var due: Instant

        public init(what: String, owner: String? = nil, due: Instant) {
            self.what = what
            self.owner = owner
            self.due = due
        }
    }

    public struct Role: Sendable {
        public var id: String
        public var name: String
        /// Nil: nobody has it.
        public var holder: String?
        public var since: Instant?
        /// Who can take it, in the playbook's words.
        public var eligible: String?

        public init(
            id: String, name: String, holder: String? = nil, since: Instant? = nil, eligible: String? = nil
        ) {
            self.id = id
            self.name = name
            self.holder = holder
            self.since = since
            self.eligible = eligible
        }
    }

    public struct AttachedAlert: Sendable {
        public var id: String
        public var title: String
        public var state: AlertMark
        public var count: Int

        public init(id: String, title: String, state: AlertMark, count: Int) {
            self.id = id
            self.title = title
            self.state = state
            self.count = count
        }
    }

    public struct AttachedPage: Sendable {
        public var id: String
        public var state: PageMark
        /// Who is being paged, or who acknowledged.
        public var who: String
        public var at: Instant

        public init(id: String, state: PageMark, who: String, at: Instant) {
            self.id = id
            self.state = state
            self.who = who
            self.at = at
        }
    }

    /// The record's integrity: how many events are chained, and the hash of the last one.
    public struct Chain: Sendable {
        public var length: Int
        public var head: String

        public init(length: Int, head: String) {
            self.length = length
            self.head = head
        }
    }

    public var section: PageSection? { .incidents }
    public var title: String { heading }
    public var trail: [Crumb] { [Crumb("Incidents", "/incidents"), Crumb(key, "/incidents/\(key)")] }
    public var live: LiveSource? {
        LiveSource(fragment: "/incidents/\(key)/timeline", after: after, subjects: subjects)
    }

    public var lateIcons: [Icon] { Icon.allCases }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        html.element("a", .class("button"), .href("/incidents/\(key)/export.md"), text: "Export Markdown")
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.watched(subjects)
        now(&html, frame)
        unanswered(&html, frame)
        jump(&html)
        html.element("div", .class("columns folding")) { html in
            html.element("div", .class("stream")) { html in
                if frame.canRespond { forms(&html, frame) }
                timeline(&html, frame)
            }
            html.element("aside", .class("side"), .label("Facts of this incident")) { html in side(&html, frame) }
        }
    }

    /// On a narrow screen everything stands in one column: links to what would have to be looked for.
    private func jump(_ html: inout HTML) {
        html.raw(
            """
            <nav class="tabs jump" aria-label="On this page"><a href="#timeline">Timeline</a><a href="#owed">Owed</a>\
            <a href="#pages">Pages</a><a href="#alerts">Alerts</a><a href="#record">Record</a></nav>
            """)
    }

    /// The parts of the page that change by themselves, for `GET /incidents/{key}/timeline`. It holds no form that
    /// takes text, so that nothing that somebody is typing is replaced.
    public func fragment(_ frame: PageFrame) -> HTML {
        var html = HTML(capacity: 16_384)
        html.watched(subjects)
        now(&html, frame)
        unanswered(&html, frame)
        timeline(&html, frame)
        side(&html, frame)
        return html
    }

    private func now(_ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .id("now"), .class(nowClass), .flag("data-part"), .label("Now")) { html in
            html.cell("Severity") { html in
                html.severity(severity)
                if isDrill { html.raw(#" <i class="quiet">drill</i>"#) }
            }
            html.cell("Status") { $0.state(status) }
            if let end = resolved ?? closed {
                html.cell("Lasted") { html in
                    html.element(
                        "span", .title("until \(frame.clock.absolute(end))"), text: ClockFace.span(end - start))
                }
            } else {
                html.cell("Elapsed") { $0.elapsed(since: start, frame.clock) }
            }
            html.cell("Lead") { html in
                if let lead {
                    html.element("span", .title(lead), text: lead)
                } else {
                    html.raw(#"<span class="late">nobody</span>"#)
                }
            }
            html.cell("Next owed", "cell wide") { html in
                if let next = owed.min(by: { $0.due < $1.due }) {
                    html.countdown(to: next.due, frame.clock)
                    html.raw(" ")
                    html.element("span", .class("what"), text: next.what)
                    if let owner = next.owner { html.element("span", .class("muted"), text: owner) }
                } else {
                    html.nothing("nothing")
                }
            }
        }
    }

    private var start: Instant { impactStarted ?? declared }

    private var nowClass: StaticString {
        if closed != nil || resolved != nil { return "now over" }
        switch severity.rank {
        case ...0: return "now rank0"
        case 1: return "now rank1"
        case 2: return "now rank2"
        default: return "now rank3"
        }
    }

    private func forms(_ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .class("compose"), .label("Act")) { html in
            html.form(to: "/incidents/\(key)/notes", frame, class: "note-form") { html in
                html.formFault(noteForm)
                html.field(
                    FormField(
                        name: "text", label: "Note", kind: .lines(2), placeholder: "What you see, tried, decided",
                        longest: FormField.longestText, key: "n"), noteForm, scope: "note")
                html.button("Add note", .primary)
            }
            html.element("div", .class("acts")) { html in
                procedureForms(&html, frame)
                if closed == nil {
                    statusDisclosure(&html, frame)
                    severityDisclosure(&html, frame)
                    roleDisclosure(&html, frame)
                    ending(&html, frame)
                }
            }
        }
    }

    private func statusDisclosure(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure("Status", id: "change-status", isOpen: statusForm.isRefused) { html in
            html.form(to: "/incidents/\(key)/status", frame) { html in
                html.formFault(statusForm)
                html.field(
                    FormField(name: "status", label: "New status", kind: .choice(statuses), value: status.label),
                    statusForm, scope: "status")
                html.field(
                    FormField(
                        name: "message", label: "What there is to say", isRequired: false, longest: 2_000), statusForm,
                    scope: "status")
                html.button("Change status", .primary)
            }
        }
    }

    private func severityDisclosure(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "Severity", id: "change-severity", isOpen: severityForm.isRefused,
            consequence: "Says anew how bad it is. It pages nobody, and nobody who was paged is un-paged."
        ) { html in
            html.form(to: "/incidents/\(key)/severity", frame) { html in
                html.formFault(severityForm)
                html.field(
                    FormField(
                        name: "severity", label: "New severity", kind: .choice(severities), value: severity.label),
                    severityForm, scope: "severity")
                html.field(
                    FormField(name: "reason", label: "Why", placeholder: "All of Europe is affected", longest: 500),
                    severityForm, scope: "severity")
                html.button("Change severity", .primary)
            }
        }
    }

    private func roleDisclosure(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure("Roles", id: "assign-role", isOpen: roleForm.isRefused) { html in
            html.form(to: "/incidents/\(key)/roles", frame) { html in
                html.formFault(roleForm)
                html.field(
                    FormField(
                        name: "role", label: "Role",
                        kind: .choice(
                            roles.map { role in
                                Choice(role.id, role.eligible.map { "\(role.name): \($0)" } ?? role.name)
                            })),
                    roleForm, scope: "role")
                html.field(
                    FormField(name: "user", label: "Person", kind: .choice(people)), roleForm, scope: "role")
                html.button("Assign", .primary)
                html.raw(#"<button class="quiet" name="release" value="yes">Take it back</button>"#)
            }
        }
    }

    private func ending(_ html: inout HTML, _ frame: PageFrame) {
        if resolved == nil {
            html.disclosure(
                "Resolve…", id: "resolve",
                consequence:
                    "Says that the impact is over, now. Climbing pages of this incident end. It stays open until it is closed."
            ) { html in html.act("Resolve \(key)", to: "/incidents/\(key)/resolve", frame, .primary) }
        }
        guard resolved != nil else { return }
        html.disclosure(
            "Close…", id: "close",
            consequence: "Ends the record: nothing can be changed afterwards, only corrected by a further entry. "
                + (owed.isEmpty ? "Nothing is owed." : "Still owed: \(owed.map(\.what).joined(separator: ", ")).")
        ) { html in
            html.form(to: "/incidents/\(key)/close", frame) { html in
                if let gates = procedure?.gates, !gates.isEmpty {
                    html.element("p") { $0.raw("The playbook wants this done before:") }
                    html.element("ul") { html in for gate in gates { html.element("li", text: gate) } }
                    html.field(
                        FormField(name: "message", label: "Why it is closed without", longest: 2_000), statusForm,
                        scope: "close")
                }
                html.button("Close \(key)", .danger)
            }
        }
    }
}

extension FormState {
    /// Whether the form comes back because something was wrong with it.
    var isRefused: Bool { fault != nil || !faults.isEmpty }
}

extension HTML {
    /// Which streams the page's script follows; live, because an incident gets further pages.
    mutating func watched(_ subjects: [String]) {
        element(
            "span", .id("watched"), .flag("hidden"), .flag("data-part"),
            .data("data-subjects", subjects.joined(separator: " "))
        ) { _ in }
    }

    /// One cell of the strip that says what is the case now.
    mutating func cell(_ name: StaticString, _ names: StaticString = "cell", value: (inout HTML) -> Void) {
        element("div", .class(names)) { html in
            html.element("span", .class("name")) { $0.raw(name) }
            html.element("span", .class("value")) { html in value(&html) }
        }
    }
}
