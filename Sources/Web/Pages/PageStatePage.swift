import Chronology

/// One page as its responder sees it at three in the morning, on a phone: what, where, since when, one large button.
public struct PageStatePage: WebPage {
    public var id: String
    public var heading: String
    public var severity: SeverityMark
    public var state: PageMark
    public var service: String?
    /// A sentence or two from the alert's own summary.
    public var summary: String?
    public var started: Instant
    public var acknowledgedBy: String?
    public var acknowledgedAt: Instant?
    /// What became of it, when nobody took it and it climbs no more.
    public var outcome: Outcome?
    /// Whom the next rung wakes, and when; nil if it no longer climbs.
    public var nextWho: String?
    public var nextAt: Instant?
    public var plan: String
    public var rungs: [LadderRung]
    /// Why it started, why a rung was skipped: sentences that name their rule.
    public var explanation: [Prose]
    public var alert: String?
    public var incident: String?
    /// The rung that was reached, counted from 0: a form that escalates says what its reader saw.
    public var rung: Int?
    /// Open alerts that stand under it.
    public var alerts: Int
    /// Whether it is one that does not hurry.
    public var isLow: Bool
    /// To whom it can be handed over.
    public var targets: [Choice]
    public var form: FormState
    public var after: Int64

    public init(
        id: String, heading: String, severity: SeverityMark, state: PageMark, service: String? = nil,
        summary: String? = nil, started: Instant, acknowledgedBy: String? = nil, acknowledgedAt: Instant? = nil,
        outcome: Outcome? = nil, nextWho: String? = nil, nextAt: Instant? = nil, plan: String, rungs: [LadderRung],
        explanation: [Prose] = [],
        alert: String? = nil, incident: String? = nil, rung: Int? = nil,
        alerts: Int = 0, isLow: Bool = false, targets: [Choice] = [], form: FormState = .fresh, after: Int64
    ) {
        self.id = id
        self.heading = heading
        self.severity = severity
        self.state = state
        self.service = service
        self.summary = summary
        self.started = started
        self.acknowledgedBy = acknowledgedBy
        self.acknowledgedAt = acknowledgedAt
        self.outcome = outcome
        self.nextWho = nextWho
        self.nextAt = nextAt
        self.plan = plan
        self.rungs = rungs
        self.explanation = explanation
        self.alert = alert
        self.incident = incident
        self.rung = rung
        self.alerts = alerts
        self.isLow = isLow
        self.targets = targets
        self.form = form
        self.after = after
    }

    /// How a page came to its end, in sentences.
    public struct Outcome: Sendable {
        public var why: String
        public var at: Instant

        public init(_ why: String, at: Instant) {
            self.why = why
            self.at = at
        }
    }

    public var section: PageSection? { .pages }
    public var title: String { heading }
    public var trail: [Crumb] { [Crumb("Pages", "/pages")] }
    public var live: LiveSource? { LiveSource(fragment: "/pages/\(id)", after: after, subjects: ["page/\(id)"]) }

    public func content(_ html: inout HTML, _ frame: PageFrame) {
        html.element("section", .id("pager"), .class("pager"), .flag("data-part"), .label("This page")) { html in
            html.element("p", .class("marks")) { html in
                html.severity(severity)
                html.state(state.mark)
                if isLow { html.state(StateMark("not urgent", .quiet)) }
            }
            html.element("dl", .class("big-facts")) { html in
                html.element("dt") { $0.raw("Where") }
                html.element("dd") { html in if let service { html.text(service) } else { html.nothing("no service") } }
                html.element("dt") { $0.raw("Since") }
                html.element("dd") { html in
                    html.ago(started, frame.clock)
                    html.element("small", text: frame.clock.absolute(started))
                }
                if alerts > 1 {
                    html.element("dt") { $0.raw("Alerts") }
                    html.element("dd") { $0.text("\(alerts) open of this service, under this one page") }
                }
                nextFact(&html, frame)
            }
            if let summary { html.element("p", .class("summary"), text: summary) }
            if frame.canRespond, state.isOpen {
                html.act("Acknowledge", to: "/pages/\(id)/acknowledge", frame, .large, key: "a")
            }
        }
        html.element("div", .class("after-pager")) { html in
            if frame.canRespond, state.canMove {
                escalate(&html, frame)
                snooze(&html, frame)
                handOver(&html, frame)
            }
            html.raw(##"<a class="button" href="#ladder">Details</a>"##)
            if let incident { html.element("a", .class("button"), .href("/incidents/\(incident)"), text: incident) }
            if let alert { html.element("a", .class("button"), .href("/alerts/\(alert)")) { $0.raw("Alert") } }
        }
        html.part("Escalation", id: "ladder", isLive: true, note: plan) { html in
            html.element("div", .class("ladder-columns")) { html in
                html.ladder(rungs, started: started, acknowledged: acknowledgedAt, frame.clock)
                html.ladderTable(rungs, frame.clock)
            }
        }
        html.part("Why", id: "why", isLive: true) { html in
            html.element("ol", .class("reasons")) { html in
                for sentence in explanation { html.element("li") { html in html.prose(sentence) } }
            }
        }
    }

    private func nextFact(_ html: inout HTML, _ frame: PageFrame) {
        if let acknowledgedBy, let acknowledgedAt {
            html.element("dt") { $0.raw("Acknowledged") }
            html.element("dd") { html in
                html.text("\(acknowledgedBy), ")
                html.ago(acknowledgedAt, frame.clock)
            }
        } else if let outcome {
            html.element("dt") { $0.raw("Outcome") }
            html.element("dd", .class("outcome")) { html in
                html.text(outcome.why)
                html.element("small") { html in html.ago(outcome.at, frame.clock) }
            }
        } else if state == .snoozed || state == .waiting, let nextAt {
            html.element("dt") { $0.raw("Quiet until") }
            html.element("dd") { html in
                html.text(frame.clock.absolute(nextAt))
                html.element("small") { html in
                    html.raw("in ")
                    html.countdown(to: nextAt, frame.clock)
                }
            }
        } else if let nextAt, let nextWho {
            html.element("dt") { $0.raw("Next") }
            html.element("dd") { html in
                html.next(nextWho, at: nextAt, frame.clock)
            }
        }
    }

    private static let snoozes = [
        Choice("15", "15 minutes"), Choice("30", "30 minutes"), Choice("60", "1 hour"), Choice("240", "4 hours"),
        Choice("480", "8 hours"), Choice("1440", "1 day"), Choice("4320", "3 days"), Choice("10080", "7 days"),
    ]

    private func snooze(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "Snooze", id: "snooze", consequence: "Nobody is told until then; after that it climbs from the first rung."
        ) { html in
            html.form(to: "/pages/\(id)/snooze", frame) { html in
                html.field(
                    FormField(name: "minutes", label: "For", kind: .choice(Self.snoozes), value: "60"), form,
                    scope: "snooze")
                html.field(
                    FormField(name: "reason", label: "Why", isRequired: false, longest: FormField.longestTitle), form,
                    scope: "snooze")
                html.button("Snooze")
            }
        }
    }

    private func handOver(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "Hand over", id: "hand-over",
            consequence: "They are told now. If they stay silent, it climbs on from where it is."
        ) { html in
            html.form(to: "/pages/\(id)/hand-over", frame) { html in
                html.field(FormField(name: "to", label: "To", kind: .choice(targets)), form, scope: "over")
                html.field(
                    FormField(name: "reason", label: "Why", longest: FormField.longestTitle), form, scope: "over")
                html.button("Hand over")
            }
        }
    }

    private func escalate(_ html: inout HTML, _ frame: PageFrame) {
        html.disclosure(
            "Escalate", id: "escalate", isOpen: form.isRefused,
            consequence: nextWho.map { "This pages \($0) now, without waiting." }
                ?? "This pages the next rung of the plan now."
        ) { html in
            html.form(to: "/pages/\(id)/escalate", frame) { html in
                html.formFault(form)
                if let rung {
                    html.void("input", .type("hidden"), .name("rung"), .value(String(rung)))
                }
                html.field(
                    FormField(
                        name: "reason", label: "Why", placeholder: "I cannot reach a computer",
                        longest: FormField.longestTitle),
                    form, scope: "escalate")
                html.button("Escalate now", .danger)
            }
        }
    }
}

extension HTML {
    /// When somebody else is woken, and who. The time stands first: however many names follow, it is seen.
    mutating func next(_ who: String, at due: Instant, _ clock: ClockFace) {
        raw("in ")
        countdown(to: due, clock)
        text(": " + who)
    }
}
