import Chronology

/// One alert: what it says, what became of it, and why it did or did not wake anybody.
public struct AlertPage: WebPage {
    public struct Pair: Sendable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public struct Change: Sendable {
        public var at: Instant
        public var state: AlertMark
        /// Who or what, and why: "Ana Cruz acknowledged", "the source says it is over".
        public var sentence: Prose

        public init(at: Instant, state: AlertMark, sentence: Prose) {
            self.at = at
            self.state = state
            self.sentence = sentence
        }
    }

    public var id: String
    public var heading: String
    public var severity: SeverityMark
    public var state: AlertMark
    public var dedupKey: String
    public var service: String?
    public var integration: String?
    public var count: Int
    public var firstSeen: Instant
    public var lastSeen: Instant
    public var resolvedAt: Instant?
    /// As the source sent it; followed only if it is http, https or mailto.
    public var sourceURL: String?
    public var labels: [Pair]
    public var annotations: [Pair]
    /// Newest first.
    public var history: [Change]
    /// Each a sentence that names its rule: why this did, or did not, page.
    public var explanation: [Prose]
    public var incident: String?
    public var page: String?
    public var form: FormState
    public var severities: [Choice]
    public var after: Int64

    public init(
        id: String, heading: String, severity: SeverityMark, state: AlertMark, dedupKey: String, service: String? = nil,
        integration: String? = nil, count: Int, firstSeen: Instant, lastSeen: Instant, resolvedAt: Instant? = nil,
        sourceURL: String? = nil, labels: [Pair], annotations: [Pair], history: [Change], explanation: [Prose] = [],
        incident: String? = nil, page: String? = nil, form: FormState = .fresh, severities: [Choice], after: Int64
    ) {
        self.id = id
        self.heading = heading
        self.severity = severity
        self.state = state
        self.dedupKey = dedupKey
        self.service = service
        self.integration = integration
        self.count = count
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
        self.resolvedAt = resolvedAt
        self.sourceURL = sourceURL
        self.labels = labels
        self.annotations = annotations
        self.history = history
        self.explanation = explanation
        self.incident = incident
        self.page = page
        self.form = form
        self.severities = severities
        self.after = after
    }

    public var section: PageSection? { .alerts }
    public var title: String { heading }
    public var trail: [Crumb] { [Crumb("Alerts", "/alerts")] }
    public var live: LiveSource? { LiveSource(fragment: "/alerts/\(id)", after: after, subjects: ["alert/\(id)"]) }

    public func actions(_ html: inout HTML, _ frame: PageFrame) {
        guard frame.canRespond, state != .resolved else { return }
        if state == .firing { html.act("Acknowledge", to: "/alerts/\(id)/acknowledge", frame, .primary, key: "a") }
        html.disclosure(
            "Resolve…", id: "resolve",
            consequence: "Ends the alert here. If its source still sends it, it fires again as a new alert."
        ) { html in html.act("Resolve alert", to: "/alerts/\(id)/resolve", frame, .primary) }
        if incident == nil {
            html.disclosure(
                "Declare incident…", id: "declare", isOpen: form.isRefused,
                consequence: "Starts an incident with this alert attached."
            ) { html in
                html.form(to: "/alerts/\(id)/declare", frame) { html in
                    html.formFault(form)
                    html.field(FormField(name: "title", label: "Title", value: heading), form, scope: "declare")
                    html.field(
                        FormField(
                            name: "severity", label: "Severity", kind: .choice(severities), value: severity.label),
                        form, scope: "declare")
                    html.button("Declare", .primary)
                }
            }
        }
    }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .id("now"), .class("now plain"), .flag("data-part"), .label("Now")) { html in
            html.cell("Severity") { $0.severity(severity) }
            html.cell("State") { $0.state(state.mark) }
            html.cell("Repeats") { $0.times(count) }
            html.cell("First seen") { $0.ago(firstSeen, frame.clock) }
            html.cell("Last seen") { $0.ago(lastSeen, frame.clock) }
        }
        html.element("div", .class("columns")) { html in
            html.element("div", .class("stream")) { html in
                why(&html)
                pairs("Labels", "labels", labels, &html)
                pairs("Annotations", "annotations", annotations, &html)
            }
            html.element("aside", .class("side"), .label("Facts of this alert")) { html in
                facts(&html)
                changes(&html, frame)
            }
        }
    }

    private func why(_ html: inout HTML) {
        html.part("Why it did, or did not, page", id: "why", isLive: true) { html in
            guard !explanation.isEmpty else {
                html.element("p", .class("muted")) { $0.raw("No rule has looked at this alert yet.") }
                return
            }
            html.element("ol", .class("reasons")) { html in
                for sentence in explanation { html.element("li") { html in html.prose(sentence) } }
            }
        }
    }

    private func pairs(_ heading: String, _ part: String, _ pairs: [Pair], _ html: inout HTML) {
        html.part(heading, id: part) { html in
            guard !pairs.isEmpty else {
                html.element("p", .class("muted")) { $0.raw("The source sent none.") }
                return
            }
            html.element("table", .class("pairs"), .label(heading)) { html in
                html.element("tbody") { html in
                    for pair in pairs {
                        html.element("tr") { html in
                            html.element("th", .fixed("scope", "row"), text: pair.name)
                            html.element("td") { html in
                                if OutwardLink(pair.value) == nil {
                                    html.text(pair.value)
                                } else {
                                    html.outward(pair.value)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func facts(_ html: inout HTML) {
        html.part("Facts", id: "facts", isLive: true) { html in
            html.facts([
                ("Service", { html in if let service { html.text(service) } else { html.nothing("no service") } }),
                (
                    "Integration",
                    { html in if let integration { html.text(integration) } else { html.nothing("none") } }
                ),
                (
                    "Incident",
                    { html in
                        if let incident {
                            html.element("a", .href("/incidents/\(incident)"), text: incident)
                        } else {
                            html.nothing("none")
                        }
                    }
                ),
                (
                    "Page",
                    { html in
                        if let page {
                            html.element("a", .href("/pages/\(page)")) { $0.raw("Who was woken") }
                        } else {
                            html.nothing("nobody was paged")
                        }
                    }
                ),
                (
                    "Source",
                    { html in
                        if let sourceURL {
                            html.outward(sourceURL, text: "Open at the source")
                        } else {
                            html.nothing("no link")
                        }
                    }
                ),
                ("Dedup key", { $0.code(dedupKey) }),
            ])
        }
    }

    private func changes(_ html: inout HTML, _ frame: PageFrame) {
        html.part("History", id: "history", isLive: true) { html in
            html.element("ol", .class("lines")) { html in
                for change in history {
                    html.element("li") { html in
                        html.element("span", .class("grow")) { html in
                            html.state(change.state.mark)
                            html.element("small") { html in html.prose(change.sentence) }
                        }
                        html.element("span", .class("muted")) { html in html.ago(change.at, frame.clock) }
                    }
                }
            }
        }
    }
}
