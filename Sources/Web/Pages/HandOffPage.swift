import Chronology

/// One hand-off: who to whom and when, what was open, what whoever leaves has written down, and the checklist of whoever comes.
/// POSTs to `/hand-offs/{id}/notes` (kind, text, until), `/hand-offs/{id}/notes/{note}/strike`, `/hand-offs/{id}/ready` (item,
/// ready), `/hand-offs/{id}/acknowledge`.
public struct HandOffPage: WebPage {
    public struct Person: Sendable {
        public var name: String
        /// When they said that they have it; nil: they have not.
        public var acknowledged: Instant?
        /// How many things of the checklist they have.
        public var ready: Int

        public init(name: String, acknowledged: Instant?, ready: Int) {
            self.name = name
            self.acknowledged = acknowledged
            self.ready = ready
        }
    }

    public struct Note: Sendable {
        public var id: String
        public var kind: String
        public var text: String
        public var by: String
        public var made: Instant
        public var until: Instant?

        public init(id: String, kind: String, text: String, by: String, made: Instant, until: Instant?) {
            self.id = id
            self.kind = kind
            self.text = text
            self.by = by
            self.made = made
            self.until = until
        }
    }

    /// What is open: at the change, or now while that is to come.
    public struct Packet: Sendable {
        public struct Line: Sendable {
            public var title: String
            public var path: LocalPath?
            public var detail: String
            public var due: Instant?

            public init(_ title: String, _ path: LocalPath?, _ detail: String, due: Instant? = nil) {
                self.title = title
                self.path = path
                self.detail = detail
                self.due = due
            }
        }

        public var incidents: [Line]
        public var otherIncidents: Int
        public var pages: [Line]
        public var promises: [Line]
        public var since: Instant
        /// Sentences about how things are.
        public var health: [String]

        public init(
            incidents: [Line], otherIncidents: Int, pages: [Line], promises: [Line], since: Instant, health: [String]
        ) {
            self.incidents = incidents
            self.otherIncidents = otherIncidents
            self.pages = pages
            self.promises = promises
            self.since = since
            self.health = health
        }
    }

    public enum Phase: Sendable {
        case preparing, handedOver, acknowledged
        case lapsed(String)
    }

    public var id: String
    public var schedule: (id: String, name: String)
    public var zone: Zone
    public var due: Instant
    public var phase: Phase
    public var leaving: [String]
    public var coming: [Person]
    public var covers: [String]
    public var readiness: [String]
    /// What the reader has of it; nil: they are not one of those who come.
    public var mine: Set<Int>?
    /// Whether the reader comes and has not said so yet.
    public var isAwaited: Bool
    public var notes: [Note]
    public var packet: Packet
    public var form: FormState

    public init(
        id: String, schedule: (id: String, name: String), zone: Zone, due: Instant, phase: Phase, leaving: [String],
        coming: [Person], covers: [String], readiness: [String], mine: Set<Int>?, isAwaited: Bool, notes: [Note],
        packet: Packet, form: FormState = .fresh
    ) {
        self.id = id
        self.schedule = schedule
        self.zone = zone
        self.due = due
        self.phase = phase
        self.leaving = leaving
        self.coming = coming
        self.covers = covers
        self.readiness = readiness
        self.mine = mine
        self.isAwaited = isAwaited
        self.notes = notes
        self.packet = packet
        self.form = form
    }

    public var section: PageSection? { .onCall }
    public var title: String { "Hand-off of \(schedule.name)" }
    public var trail: [Crumb] { [Crumb("On call", "/schedules"), Crumb(schedule.name, "/schedules/\(schedule.id)")] }

    private var isOver: Bool { if case .lapsed = phase { true } else { false } }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        let clock = ClockFace(now: frame.clock.now, zone: zone)
        html.element("section", .class("hand-off")) { html in
            html.element("p", .class("passing")) { html in
                html.element("b", text: leaving.isEmpty ? "Nobody" : leaving.joined(separator: ", "))
                html.icon(.status)
                html.element("b", text: coming.map(\.name).joined(separator: ", "))
            }
            html.element("p") { html in
                state(&html, clock)
            }
            if isAwaited, frame.canRespond, case .handedOver = phase {
                html.act("I have taken over", to: "/hand-offs/\(id)/acknowledge", frame, .large, key: "a")
            }
        }
        if !readiness.isEmpty, !isOver {
            html.part("Ready?", id: "ready", note: mine == nil ? nil : "tick what you have") { html in
                checklist(&html, frame)
            }
        }
        html.part("What to know", id: "notes", note: "stays from one hand-off to the next until it is struck") { html in
            notes(&html, frame, clock)
        }
        html.part(packetTitle, id: "packet", note: "since \(clock.absolute(packet.since))") { html in
            self.packet(&html, clock)
        }
        guard !covers.isEmpty else { return }
        html.part("To talk about", id: "covers", note: "from the playbook") { html in
            html.element("ul", .class("lines")) { html in
                for one in covers { html.element("li", text: one) }
            }
        }
    }

    private var packetTitle: String {
        if case .preparing = phase { "Open now" } else { "Open at the change" }
    }

    private func state(_ html: inout HTML, _ clock: ClockFace) {
        switch phase {
        case .preparing:
            html.text("The shift changes ")
            html.absolute(due, clock)
            html.text(", ")
            html.countdown(to: due, clock)
            html.text(" from now.")
        case .handedOver:
            html.state(StateMark("not acknowledged", .waiting))
            html.text(" The shift changed ")
            html.absolute(due, clock)
            html.text(".")
        case .acknowledged:
            html.state(StateMark("taken over", .good))
            html.text(" The shift changed ")
            html.absolute(due, clock)
            html.text(".")
        case .lapsed(let why):
            html.state(StateMark("over", .quiet))
            html.text(" " + why)
        }
        for person in coming {
            guard let at = person.acknowledged else { continue }
            html.void("br")
            html.text("\(person.name) took over ")
            html.absolute(at, clock)
            html.text(".")
        }
    }

    private func checklist(_ html: inout HTML, _ frame: PageFrame) {
        html.element("ul", .class("ticks")) { html in
            for (index, item) in readiness.enumerated() {
                html.element("li", .class(mine?.contains(index) ?? false ? "done" : nil)) { html in
                    if let mine, frame.canRespond {
                        let isReady = mine.contains(index)
                        html.form(to: "/hand-offs/\(id)/ready", frame, class: "tick") { html in
                            html.void("input", .type("hidden"), .name("item"), .value(String(index + 1)))
                            html.void("input", .type("hidden"), .name("ready"), .value(isReady ? "no" : "yes"))
                            html.element(
                                "button", .type("submit"), .class("quiet"), .fixed("role", "checkbox"),
                                .fixed("aria-checked", isReady ? "true" : "false")
                            ) { html in
                                html.element("span", .class("box")) { html in if isReady { html.icon(.check) } }
                                html.element("span", text: item)
                            }
                        }
                    } else {
                        html.element("span", text: item)
                    }
                }
            }
        }
        guard mine == nil else { return }
        for person in coming {
            html.element("p", .class("muted"), text: "\(person.name) has \(person.ready) of \(readiness.count).")
        }
    }

    private func notes(_ html: inout HTML, _ frame: PageFrame, _ clock: ClockFace) {
        if notes.isEmpty { html.element("p", .class("muted")) { $0.raw("Nothing has been written down.") } }
        html.element("ul", .class("notes")) { html in
            for note in notes {
                html.element("li") { html in
                    html.element("div") { html in
                        html.element("b", text: note.kind)
                        html.element("p", .class("lines"), text: note.text)
                        html.element("small") { html in
                            html.text("\(note.by), ")
                            html.absolute(note.made, clock)
                            if let until = note.until {
                                html.text(" · until ")
                                html.absolute(until, clock)
                            }
                        }
                    }
                    if frame.canRespond, !isOver {
                        html.act("Strike", to: "/hand-offs/\(id)/notes/\(note.id)/strike", frame, .quiet)
                    }
                }
            }
        }
        guard frame.canRespond, !isOver else { return }
        html.form(to: "/hand-offs/\(id)/notes", frame, class: "sheet-form") { html in
            html.formFault(form)
            html.field(
                FormField(
                    name: "kind", label: "What it is",
                    kind: .choice([
                        Choice("issue", "A known issue"), Choice("maintenance", "Scheduled maintenance"),
                        Choice("other", "Something else"),
                    ]), value: "issue"), form)
            html.field(
                FormField(
                    name: "text", label: "What whoever comes should know", kind: .lines(3), longest: 2_000, key: "n"),
                form)
            html.field(
                FormField(
                    name: "until", label: "Until", kind: .text("datetime-local"),
                    hint: "In \(zone.name). Empty: until somebody strikes it.", isRequired: false), form)
            html.element("div", .class("row")) { $0.button("Write down", .primary) }
        }
    }

    private func packet(_ html: inout HTML, _ clock: ClockFace) {
        lines("Incidents", packet.incidents, "No incident is open here.", &html, clock)
        if packet.otherIncidents > 0 {
            html.element("p", .class("muted"), text: "\(packet.otherIncidents) more are open with others.")
        }
        lines("Pages in flight", packet.pages, "No page is in flight.", &html, clock)
        lines("Promises that fall due", packet.promises, "Nothing is promised.", &html, clock)
        html.element("h3") { $0.raw("How things are") }
        html.element("ul", .class("lines")) { html in
            for sentence in packet.health { html.element("li", text: sentence) }
        }
    }

    private func lines(
        _ title: String, _ lines: [Packet.Line], _ nothing: String, _ html: inout HTML, _ clock: ClockFace
    ) {
        html.element("h3", text: title)
        guard !lines.isEmpty else { return html.element("p", .class("muted"), text: nothing) }
        html.element("ul", .class("lines")) { html in
            for line in lines {
                html.element("li") { html in
                    if let path = line.path {
                        html.element("a", .href(path), text: line.title)
                    } else {
                        html.text(line.title)
                    }
                    html.element("small") { html in
                        html.text(line.detail)
                        if let due = line.due {
                            html.text(line.detail.isEmpty ? "by " : ", by ")
                            html.absolute(due, clock)
                        }
                    }
                }
            }
        }
    }
}
