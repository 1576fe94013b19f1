import Chronology

/// Heartbeats, and Tocsin's own. POSTs to `/settings/heartbeats` (name, integration, every, grace, severity, service, armed),
/// `/settings/heartbeats/{id}/remove`, `/settings/self-monitor` (plan, every, within, url), `/settings/self-monitor/remove`.
public struct HeartbeatsPage: SettingsPage {
    public struct Row: Sendable {
        public enum State: Sendable {
            /// It is armed by its first beat, which has not come.
            case waiting
            case alive(last: Instant?, due: Instant)
            case late(last: Instant?)
            case disabled
        }

        public var id: String
        public var name: String
        public var integration: String
        public var every: String
        public var grace: String
        public var service: String?
        public var state: State

        public init(
            id: String, name: String, integration: String, every: String, grace: String, service: String?, state: State
        ) {
            self.id = id
            self.name = name
            self.integration = integration
            self.every = every
            self.grace = grace
            self.service = service
            self.state = state
        }
    }

    public struct Monitor: Sendable {
        public var plan: String
        public var every: String
        public var url: String?
        /// nil: it has not been tried yet.
        public var last: Instant?
        public var took: String?
        public var fault: String?
        public var beatAt: Instant?

        public init(
            plan: String, every: String, url: String?, last: Instant?, took: String?, fault: String?, beatAt: Instant?
        ) {
            self.plan = plan
            self.every = every
            self.url = url
            self.last = last
            self.took = took
            self.fault = fault
            self.beatAt = beatAt
        }
    }

    public var rows: [Row]
    public var integrations: [Choice]
    public var services: [Choice]
    public var severities: [Choice]
    public var plans: [Choice]
    public var origin: String
    public var monitor: Monitor?
    public var form: FormState
    public var monitorForm: FormState

    public init(
        rows: [Row], integrations: [Choice], services: [Choice], severities: [Choice], plans: [Choice], origin: String,
        monitor: Monitor?, form: FormState = .fresh, monitorForm: FormState = .fresh
    ) {
        self.rows = rows
        self.integrations = integrations
        self.services = services
        self.severities = severities
        self.plans = plans
        self.origin = origin
        self.monitor = monitor
        self.form = form
        self.monitorForm = monitorForm
    }

    public var tab: SettingsTab { .heartbeats }

    public func settings(_ html: inout HTML, _ frame: PageFrame) {
        html.element("p", .class("muted")) {
            $0.raw("What must say again and again that it lives: a backup, a cron job. Its silence is an alert.")
        }
        if rows.isEmpty {
            html.empty(
                "No heartbeats", "Add one below; then whatever lives calls, with the key of its integration:",
                command: "curl -fsS \(origin)/in/KEY/heartbeat/backup")
        } else {
            html.table(
                "Heartbeats",
                [.word("Heartbeat"), .word("State"), .number("Every"), .number("Grace"), .word("Service"), .actions]
            ) { html in
                for row in rows { self.row(row, &html, frame) }
            }
        }
        if frame.canManage { add(&html, frame) }
        html.part("Tocsin itself", id: "self", note: "who watches the watcher") { html in selfMonitor(&html, frame) }
    }

    private func row(_ row: Row, _ html: inout HTML, _ frame: PageFrame) {
        html.element("tr") { html in
            html.element("th") { html in
                html.element("b", text: row.name)
                html.element("small", text: row.integration)
            }
            html.element("td") { html in
                switch row.state {
                case .waiting: html.state(StateMark("waits for its first beat", .quiet))
                case .disabled: html.state(StateMark("disabled", .quiet))
                case .alive(let last, let due):
                    html.state(StateMark("alive", .good))
                    html.element("small") { html in
                        if let last {
                            html.text("heard of ")
                            html.ago(last, frame.clock)
                            html.text(", ")
                        }
                        html.text("late in ")
                        html.countdown(to: due, frame.clock)
                    }
                case .late(let last):
                    html.state(StateMark("silent", .bad))
                    html.element("small") { html in
                        guard let last else { return html.text("never heard of") }
                        html.text("heard of ")
                        html.ago(last, frame.clock)
                    }
                }
            }
            html.element("td", .class("n"), .fixed("data-th", "every"), text: row.every)
            html.element("td", .class("n"), .fixed("data-th", "grace"), text: row.grace)
            html.element("td") { html in
                if let service = row.service { html.text(service) } else { html.nothing("the integration's") }
            }
            html.element("td", .class("n do")) { html in
                guard frame.canManage else { return }
                html.disclosure(
                    "Remove…", id: "remove-\(row.id)", .quiet, consequence: "Nobody waits for it any more."
                ) { html in html.act("Remove \(row.name)", to: "/settings/heartbeats/\(row.id)/remove", frame, .danger)
                }
            }
        }
    }

    private func add(_ html: inout HTML, _ frame: PageFrame) {
        html.part("Add a heartbeat", id: "add") { html in
            html.form(to: "/settings/heartbeats", frame, class: "sheet-form") { html in
                html.formFault(form)
                html.element("div", .class("pair")) { html in
                    html.field(
                        FormField(
                            name: "name", label: "Name", hint: "It stands in the address: letters, digits, . - and _",
                            placeholder: "backup", longest: 100), form)
                    html.field(
                        FormField(
                            name: "integration", label: "Integration", kind: .choice(integrations),
                            hint: "With whose key it calls."), form)
                    html.field(
                        FormField(name: "every", label: "It calls every … minutes", kind: .text("number"), value: "5"),
                        form)
                    html.field(
                        FormField(
                            name: "grace", label: "It may be late by … minutes", kind: .text("number"), value: "1",
                            isRequired: false), form)
                    html.field(
                        FormField(
                            name: "service", label: "Service",
                            kind: .choice([Choice("", "that of the integration")] + services), isRequired: false), form)
                    html.field(
                        FormField(
                            name: "severity", label: "Severity of its silence",
                            kind: .choice([Choice("", "the ordinary one")] + severities), isRequired: false), form)
                    html.field(
                        FormField(
                            name: "armed", label: "Waited for",
                            kind: .choice([
                                Choice("first-beat", "from its first beat on"), Choice("creation", "from now on"),
                            ])), form)
                }
                html.element("div", .class("row")) { $0.button("Add heartbeat", .primary) }
            }
        }
    }

    private func selfMonitor(_ html: inout HTML, _ frame: PageFrame) {
        if let monitor {
            html.element("p") { html in
                if let fault = monitor.fault {
                    html.state(StateMark("the last trial failed", .bad))
                    html.text(" \(fault)")
                } else if let last = monitor.last {
                    html.state(StateMark("works", .good))
                    html.text(" tried ")
                    html.ago(last, frame.clock)
                    if let took = monitor.took { html.text(", \(took) from the alert to the message") }
                } else {
                    html.state(StateMark("not tried yet", .waiting))
                }
            }
            html.element("p", .class("muted")) { html in
                html.text("Every \(monitor.every) an alert pages \(monitor.plan)")
                if let url = monitor.url {
                    html.text(", and when the message is out, \(url) is called")
                    if let at = monitor.beatAt {
                        html.text("; last ")
                        html.ago(at, frame.clock)
                    }
                }
                html.text(".")
            }
        } else {
            html.element("p", .class("muted")) {
                $0.raw(
                    "Have Tocsin raise an alert again and again, page a plan that wakes nobody (a topic, a mailbox, a webhook), and call an address outside only when that page really went out. Whoever watches the address hears of it when the calls stop."
                )
            }
        }
        guard frame.canAdminister else { return }
        html.element("div", .class("acts")) { html in change(&html, frame) }
    }

    private func change(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            monitor == nil ? "Set up…" : "Change…", id: "self-form",
            isOpen: monitorForm.fault != nil || !monitorForm.faults.isEmpty
        ) { html in
            html.form(to: "/settings/self-monitor", frame, class: "sheet-form") { html in
                html.formFault(monitorForm)
                html.field(
                    FormField(name: "plan", label: "Escalation plan", kind: .choice(plans)), monitorForm, scope: "m")
                html.field(
                    FormField(name: "every", label: "Every … minutes", kind: .text("number"), value: "5"), monitorForm,
                    scope: "m")
                html.field(
                    FormField(
                        name: "within", label: "The message may take … seconds", kind: .text("number"), value: "120"),
                    monitorForm, scope: "m")
                html.field(
                    FormField(
                        name: "url", label: "Address that is called", kind: .text("url"),
                        hint: "Of a service that watches for silence. Only its host is ever shown.", isRequired: false,
                        placeholder: "https://hc.example.com/ping/…", longest: 2_048, isCode: true), monitorForm,
                    scope: "m")
                html.button("Save", .primary)
            }
        }
        if monitor != nil {
            html.act("Stop", to: "/settings/self-monitor/remove", frame, .quiet)
        }
    }
}
