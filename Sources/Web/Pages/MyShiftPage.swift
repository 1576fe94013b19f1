import Chronology

/// What somebody on call needs on a phone: whether they are, until when, the pages that wait for them with one large button each,
/// the hand-off to take over, and what they have promised.
public struct MyShiftPage: WebPage {
    public struct Duty: Sendable {
        public var id: String
        public var schedule: String
        public var zone: Zone
        public var start: Instant
        /// nil: not within five weeks.
        public var end: Instant?
        public var with: [String]
        public var next: [String]

        public init(
            id: String, schedule: String, zone: Zone, start: Instant, end: Instant?, with others: [String],
            next: [String]
        ) {
            self.id = id
            self.schedule = schedule
            self.zone = zone
            self.start = start
            self.end = end
            self.with = others
            self.next = next
        }
    }

    public struct Page: Sendable {
        public var id: String
        public var title: String
        public var severity: SeverityMark
        public var state: PageMark
        public var service: String?
        public var started: Instant
        public var alerts: Int

        public init(
            id: String, title: String, severity: SeverityMark, state: PageMark, service: String?, started: Instant,
            alerts: Int
        ) {
            self.id = id
            self.title = title
            self.severity = severity
            self.state = state
            self.service = service
            self.started = started
            self.alerts = alerts
        }
    }

    public struct HandOff: Sendable {
        public var id: String
        public var schedule: String
        public var due: Instant
        /// Whether the reader comes; otherwise they leave.
        public var isComing: Bool
        public var others: [String]
        /// Whether the change is still ahead.
        public var isAhead: Bool

        public init(
            id: String, schedule: String, due: Instant, isComing: Bool, others: [String], isAhead: Bool
        ) {
            self.id = id
            self.schedule = schedule
            self.due = due
            self.isComing = isComing
            self.others = others
            self.isAhead = isAhead
        }
    }

    public struct Promise: Sendable {
        public var incident: String
        public var title: String
        public var due: Instant?

        public init(incident: String, title: String, due: Instant?) {
            self.incident = incident
            self.title = title
            self.due = due
        }
    }

    public var duties: [Duty]
    public var pages: [Page]
    public var handOffs: [HandOff]
    public var promises: [Promise]
    /// Those that are to come.
    public var shifts: [ShiftRow]
    /// The reader's own.
    public var zone: Zone
    public var after: Int64

    public init(
        duties: [Duty], pages: [Page], handOffs: [HandOff], promises: [Promise], shifts: [ShiftRow], zone: Zone,
        after: Int64
    ) {
        self.duties = duties
        self.pages = pages
        self.handOffs = handOffs
        self.promises = promises
        self.shifts = shifts
        self.zone = zone
        self.after = after
    }

    public var section: PageSection? { .onCall }
    public var title: String { "My shift" }
    public var trail: [Crumb] { [Crumb("On call", "/schedules")] }
    public var live: LiveSource? { LiveSource(fragment: "/my-shift", after: after) }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        let clock = ClockFace(now: frame.clock.now, zone: zone)
        html.element("div", .id("shift"), .class("my-shift"), .flag("data-part")) { html in
            status(&html, clock)
            for page in pages { card(page, &html, frame) }
            for handOff in handOffs { card(handOff, &html, clock) }
        }
        html.part("Promised", id: "promised", isLive: true, note: "in incidents where you have a role") { html in
            if promises.isEmpty { html.element("p", .class("muted")) { $0.raw("Nothing is waiting for you.") } }
            html.element("ul", .class("lines")) { html in
                for promise in promises {
                    html.element("li") { html in
                        html.element("a", .href("/incidents/\(promise.incident)"), text: promise.incident)
                        html.text(" \(promise.title)")
                        if let due = promise.due {
                            html.text(", ")
                            html.countdown(to: due, clock)
                        }
                    }
                }
            }
        }
        html.part("Next", id: "next", isLive: true, note: "times in \(zone.name)") { html in
            guard !shifts.isEmpty else {
                html.element("p", .class("muted")) { $0.raw("No shift of yours in the next five weeks.") }
                return
            }
            html.element("ul", .class("lines next-shifts")) { html in
                for shift in shifts {
                    html.element("li") { html in
                        html.element("b", text: shift.schedule ?? "")
                        html.text(" ")
                        html.absolute(shift.start, clock)
                        html.text(" to ")
                        html.absolute(shift.end, clock)
                    }
                }
            }
        }
        html.element("p", .class("row")) { html in
            html.raw(##"<a class="button" href="/schedules">Who is on call</a>"##)
            html.raw(##"<a class="button quiet" href="/settings/contact-methods">How I am reached</a>"##)
        }
    }

    private func status(_ html: inout HTML, _ clock: ClockFace) {
        guard !duties.isEmpty else {
            html.element("section", .class("duty off")) { html in
                html.element("p") { html in
                    html.element("b") { $0.raw("You are not on call.") }
                    if let next = shifts.first {
                        html.element("span") { html in
                            html.text("Next: \(next.schedule ?? ""), ")
                            html.absolute(next.start, clock)
                        }
                    }
                }
            }
            return
        }
        for duty in duties {
            html.element("section", .class("duty")) { html in
                html.element("p") { html in
                    html.element("span", .class("muted")) { $0.raw("You are on call") }
                    html.element("b") { html in
                        html.element("a", .href("/schedules/\(duty.id)"), text: duty.schedule)
                    }
                    if let end = duty.end {
                        html.element("span") { html in
                            html.text("until ")
                            html.absolute(end, clock)
                            html.text(", ")
                            html.countdown(to: end, clock)
                            if !duty.next.isEmpty { html.text(", then \(duty.next.joined(separator: ", "))") }
                        }
                    }
                    if !duty.with.isEmpty { html.element("span", text: "with \(duty.with.joined(separator: ", "))") }
                }
                html.element("a", .class("button"), .href("/schedules/\(duty.id)#offer")) { $0.raw("Relieve me") }
            }
        }
    }

    private func card(_ page: Page, _ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .class("card"), .label(page.title)) { html in
            html.element("p", .class("marks")) { html in
                html.severity(page.severity)
                html.state(page.state.mark)
                html.ago(page.started, frame.clock)
            }
            html.element("h2") { html in html.element("a", .href("/pages/\(page.id)"), text: page.title) }
            html.element("p", .class("muted")) { html in
                html.text(page.service ?? "no service")
                if page.alerts > 1 { html.text(" · \(page.alerts) alerts") }
            }
            if frame.canRespond, page.state.isOpen {
                html.act("Acknowledge", to: "/pages/\(page.id)/acknowledge", frame, .large, key: "a")
            }
        }
    }

    private func card(_ handOff: HandOff, _ html: inout HTML, _ clock: ClockFace) {
        html.element("section", .class("card"), .label("Hand-off of \(handOff.schedule)")) { html in
            html.element("h2") { html in
                html.element("a", .href("/hand-offs/\(handOff.id)"), text: "Hand-off of \(handOff.schedule)")
            }
            html.element("p") { html in
                html.text(
                    handOff.isComing
                        ? "You take over\(handOff.others.isEmpty ? "" : " from \(handOff.others.joined(separator: ", "))"), "
                        : "\(handOff.others.joined(separator: ", ")) takes over from you, ")
                html.absolute(handOff.due, clock)
                if handOff.isAhead {
                    html.text(", ")
                    html.countdown(to: handOff.due, clock)
                }
            }
            html.element("a", .class("button primary"), .href("/hand-offs/\(handOff.id)")) { html in
                html.text(
                    handOff.isComing
                        ? (handOff.isAhead ? "Get ready" : "Take over") : "Write down what they should know")
            }
        }
    }
}
