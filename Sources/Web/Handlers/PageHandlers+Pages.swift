import Alerting
import Chronology
import Engine
import HTTPTypes
import Identity
import Incidents
import Notation
import Paging
import Storage

/// Pages: whom Tocsin wakes, one page at three in the morning, and taking it.
extension PageHandlers {
    var pageRoutes: [Route] {
        [
            Route(.get, "/pages", .readAll, "The list of pages", isUrgent: true, handler: pageList),
            Route(
                .get, "/pages/{id}", .readAll, "One page: the ladder, and what became of each message", isUrgent: true
            ) { call in
                try await show(try await pagePage(PageID(call.parameter("id"))), call)
            },
            Route(
                .post, "/pages/{id}/acknowledge", .respond, "Take a page", body: .form([]), isUrgent: true,
                handler: acknowledge),
            Route(
                .post, "/pages/{id}/snooze", .respond, "Tell nobody for a time", body: .form(["minutes", "reason"]),
                handler: snooze),
            Route(
                .post, "/pages/{id}/hand-over", .respond, "Hand a page over", body: .form(["to", "reason"]),
                handler: handOver),
            Route(
                .post, "/pages/{id}/escalate", .respond, "Go to the next rung now", body: .form(["reason", "rung"]),
                handler: escalate),
        ]
    }

    @Sendable private func pageList(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let state = PageListPage.Filter(rawValue: try call.query.one("state") ?? "open") ?? .open
        var filter = PageFilter()
        filter.isOpen = state == .open ? true : nil
        filter.after = try call.query.text("after").map { PageID($0) }
        filter.limit = Self.rows
        let (found, head) = try await api.read { [filter] connection in
            let pages = try PageQueries.list(filter, on: connection).compactMap { summary in
                try PageQueries.page(summary.id, on: connection)
            }
            return (
                try pages.map { ($0, try PageSubject($0.subject, on: connection)) }, try EventLog.head(on: connection)
            )
        }
        let path: LocalPath = "/pages"
        let page = PageListPage(
            rows: found.map { page, subject in
                PageListPage.Row(
                    id: page.id.text, title: page.title,
                    severity: SeverityMark(subject.severity ?? organisation.unknown),
                    state: PageMark(page), who: page.state(organisation),
                    service: organisation.serviceName(page.service), started: page.openedAt, next: page.deadline)
            }, filter: state,
            older: found.count == filter.limit
                ? found.last.map {
                    path.with("state", state == .open ? nil : state.rawValue).with("after", $0.0.id.text)
                }
                : nil, after: head)
        return try await show(page, call)
    }

    // MARK: One page

    /// Throws a 404 when there is no page of that id.
    func pagePage(_ id: PageID, form: FormState = .fresh) async throws -> PageStatePage {
        let organisation = try await engine.organisation()
        let found = try await api.read { connection in
            try PageQueries.page(id, on: connection).map { page in
                (
                    page: page, subject: try PageSubject(page.subject, on: connection),
                    climb: try Climb(page, organisation, on: connection), head: try EventLog.head(on: connection),
                    alerts: try PageQueries.openAlerts(of: page.id, on: connection)
                )
            }
        }
        guard let found else { throw HTTPProblem.notFound("There is no page \"\(id)\".") }
        let (page, subject, climb) = (found.page, found.subject, found.climb)
        var acknowledgement: (by: Actor, at: Instant)?
        if case .acknowledged(let actor, let at) = page.phase { acknowledgement = (actor, at) }
        return PageStatePage(
            id: id.text, heading: page.title, severity: SeverityMark(subject.severity ?? organisation.unknown),
            state: PageMark(page), service: organisation.serviceName(page.service), summary: subject.summary,
            started: page.openedAt, acknowledgedBy: acknowledgement.map { organisation.name(of: $0.by) },
            acknowledgedAt: acknowledgement?.at, outcome: page.outcome(organisation), nextWho: climb.nextWho,
            nextAt: page.deadline, plan: page.plan.name,
            rungs: climb.rungs, explanation: subject.explanation.map { "\($0)" } + climb.explanation,
            alert: subject.alert?.text, incident: subject.incident, rung: page.lastReached?.rung,
            alerts: found.alerts, isLow: page.urgency == .low, targets: organisation.handOverChoices(of: page),
            form: form, after: found.head)
    }

    // MARK: Acting

    /// A second press is no error: the page says who was first.
    @Sendable private func acknowledge(_ call: Call) async throws -> Answer {
        let id = PageID(call.parameter("id"))
        return try await submit(call) {
            try await pagePage(id, form: $0)
        } _: {
            let (_, acknowledgement) = try await api.acknowledge(id, via: "the web page", for: call)
            return .seeOther(
                "/pages/\(id.text)",
                acknowledgement.isFirst ? .acknowledged : .acknowledgedBefore(acknowledgement, for: call))
        }
    }

    @Sendable private func snooze(_ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        return try await submit(call, fields: ["until": "minutes", "why": "reason"]) {
            try await pagePage(PageID(id), form: $0)
        } _: {
            guard let minutes = try call.form.integer("minutes", 1...10_080) else {
                throw InputFault(at: "/minutes", "say for how long")
            }
            try await actions.perform(
                .post, "/api/v1/pages/\(id)/snooze",
                [
                    "until": .string((call.now + .minutes(Int64(minutes))).rfc3339()),
                    "why": try call.optionalField("reason"),
                ], for: call)
            return .seeOther("/pages/\(id)", .snoozed)
        }
    }

    @Sendable private func handOver(_ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        return try await submit(call, fields: ["why": "reason"]) {
            try await pagePage(PageID(id), form: $0)
        } _: {
            let to = try call.field("to")
            let rung = to.hasPrefix("rung:") ? Int64(to.dropFirst(5)) : nil
            try await actions.perform(
                .post, "/api/v1/pages/\(id)/hand-over",
                [
                    "to": rung == nil ? .string(to) : .null, "rung": rung.map(JSON.integer) ?? .null,
                    "why": .string(try call.field("reason")),
                ], for: call)
            return .seeOther("/pages/\(id)", .handedOver)
        }
    }

    /// The form says which rung its reader saw, so that a late press does not wake one person more than was meant.
    @Sendable private func escalate(_ call: Call) async throws -> Answer {
        let id = call.parameter("id")
        return try await submit(call, fields: ["why": "reason"]) { state in
            var state = state
            // The page that comes back shows the rung as it is now, and so must its form.
            state.values["rung"] = nil
            return try await pagePage(PageID(id), form: state)
        } _: {
            let seen = try call.form.integer("rung", 0...1_000)
            try await actions.perform(
                .post, "/api/v1/pages/\(id)/escalate",
                [
                    "why": .string(try call.field("reason")),
                    "seenRung": seen.map { .integer(Int64($0)) } ?? .null,
                ], for: call)
            return .seeOther("/pages/\(id)", .escalated)
        }
    }
}

/// What a page is about, as far as its reader needs it.
struct PageSubject: Sendable {
    var severity: Severity?
    var summary: String?
    var explanation: [String] = []
    var alert: AlertID?
    /// The key.
    var incident: String?

    init(_ subject: Page.Subject, on connection: any Connection) throws {
        switch subject {
        case .incident(let id):
            let found = try IncidentQueries.incident(id, on: connection)
            severity = found?.severity
            incident = found?.key
        case .alert(let id):
            alert = id
            guard let record = try AlertQueries.alert(id, on: connection) else { return }
            severity = record.alert.severity
            let annotations = record.content.annotations
            summary = annotations["summary"] ?? annotations["description"]
            explanation = record.alert.explanation
            incident = try record.alert.incident.flatMap { try IncidentQueries.key(of: $0, on: connection) }
        }
    }
}

extension Page {
    /// Who is being paged, who took it, or of whom nobody answered.
    func who(_ organisation: Organisation) -> String {
        if case .acknowledged(let actor, _) = phase { return organisation.name(of: actor) }
        if case .snoozed(let actor, _) = phase { return organisation.name(of: actor) }
        guard let reached = lastReached, plan.rungs.indices.contains(reached.rung) else { return plan.name }
        return plan.rungs[reached.rung].targets.map(organisation.name(ofTarget:)).joined(separator: ", ")
    }

    /// What became of a page that climbs no more and that nobody took; nil for every other.
    fileprivate func outcome(_ organisation: Organisation) -> PageStatePage.Outcome? {
        switch phase {
        case .waiting, .climbing, .acknowledged, .snoozed: nil
        case .exhausted(let at): PageStatePage.Outcome(exhaustion(organisation), at: at)
        case .ended(let why, let at):
            PageStatePage.Outcome(endedUnanswered ? "\(why) \(exhaustion(organisation))" : why, at: at)
        }
    }

    fileprivate func state(_ organisation: Organisation) -> String {
        switch phase {
        case .waiting(let until): "waits until \(until.text(in: .utc))"
        case .climbing: "waiting for \(who(organisation))"
        case .snoozed: "snoozed by \(who(organisation))"
        case .acknowledged: "acknowledged by \(who(organisation))"
        case .exhausted: exhaustion(organisation)
        case .ended(let why, _): why
        }
    }
}

extension PageMark {
    init(_ page: Page) {
        switch page.phase {
        case .waiting: self = .waiting
        case .climbing: self = .climbing
        case .snoozed: self = .snoozed
        case .acknowledged: self = .acknowledged
        case .exhausted: self = page.exhaustedBy == nil ? .exhausted : .passedOn
        case .ended: self = page.endedUnanswered && page.exhaustedBy == nil ? .unanswered : .ended
        }
    }
}

extension Organisation {
    /// People, schedules and teams to whom a page can be handed over, and the plan's own rungs.
    fileprivate func handOverChoices(of page: Page) -> [Choice] {
        let rungs = page.plan.rungs.enumerated().map { index, rung in
            Choice("rung:\(index)", "rung \(index + 1): \(rung.targets.map(name(ofTarget:)).joined(separator: ", "))")
        }
        return peopleChoices.map { Choice("user:" + $0.value, $0.label) } + scheduleChoices + teamChoices + rungs
    }

    var teamChoices: [Choice] {
        teams.map { Choice(EscalationPlan.Target.team($0.id).text, "the team \($0.name)") }
    }

    /// For a page whose subject cannot be read any more: the severity that an unknown word gets.
    var unknown: Severity { routing.ordinarySeverity }
}
