import Chronology
import Engine
import Notation
import Paging
import Storage

/// A page as the API shows it: the ladder, whom it told and what became of each message.
struct PageView: Sendable {
    let page: Page
    let organisation: Organisation
    let deliveries: [DeliverySummary]
    let timeline: [TimelineEntry]
    /// The key, where the page is about an incident.
    let incident: String?
    /// Open alerts that stand under it.
    let alerts: Int

    init(_ page: Page, organisation: Organisation, on connection: any Connection) throws {
        self.page = page
        self.organisation = organisation
        deliveries = try PageQueries.deliveries(of: page.id, on: connection)
        alerts = try PageQueries.openAlerts(of: page.id, on: connection)
        timeline = try Timeline.of(page.id, organisation: organisation, on: connection)
        if case .incident(let id) = page.subject {
            incident = try IncidentQueries.key(of: id, on: connection)
        } else {
            incident = nil
        }
    }

    func write(into writer: inout JSONWriter, isFirst: Bool?) {
        writer.object { writer in
            writer.member("id", page.id.text)
            writer.member("subject", page.subject.text)
            writer.member("incident", incident)
            writer.member("title", page.title)
            writer.member("plan", page.plan.name)
            writer.member("planId", page.plan.id.text)
            writer.member("phase", page.phase.word)
            writer.member("service", page.service?.text)
            writer.member("openedAt", at: page.openedAt)
            writer.member("deadline", at: page.deadline)
            writer.member("urgency", page.urgency.rawValue)
            writer.member("code", page.id.code)
            writer.member("alerts", alerts)
            writer.member("rung", (page.lastReached?.rung).map { JSON.integer(Int64($0)) } ?? .null)
            writer.member("lap", (page.lastReached?.lap).map { JSON.integer(Int64($0)) } ?? .null)
            writePhase(into: &writer)
            if let isFirst { writer.member("first", isFirst) }
            writer.member("laps", page.plan.laps)
            writer.member(
                "rungs",
                array: { writer in
                    for rung in page.plan.rungs {
                        writer.object { writer in
                            writer.member("patienceSeconds", rung.patience.wholeSeconds)
                            writer.member("answer", rung.answer.rawValue)
                            writer.member(
                                "targets", array: { writer in for target in rung.targets { writer.value(target.text) } }
                            )
                        }
                    }
                })
            writer.member("notices", array: { writer in for record in page.notices { write(record, into: &writer) } })
            writer.member(
                "deliveries", array: { writer in for delivery in deliveries { write(delivery, into: &writer) } })
            writer.member("timeline", array: { writer in for entry in timeline { entry.write(into: &writer) } })
        }
    }

    private func writePhase(into writer: inout JSONWriter) {
        var (by, at): (Actor?, Instant?) = (nil, nil)
        var ended: (why: String, at: Instant)?
        switch page.phase {
        case .waiting, .climbing: break
        case .acknowledged(let actor, let instant): (by, at) = (actor, instant)
        case .snoozed(let actor, _): by = actor
        case .exhausted(let instant): ended = (page.exhaustion(organisation), instant)
        case .ended(let why, let instant): ended = (why, instant)
        }
        writer.member("acknowledgedBy", by?.text)
        writer.member("acknowledgedByName", by.map(organisation.name(of:)))
        writer.member("acknowledgedAt", at: at)
        writer.member("endedAt", at: ended?.at)
        writer.member("endedBecause", ended?.why)
    }

    private func write(_ record: Page.NoticeRecord, into writer: inout JSONWriter) {
        let contact = record.notice.contact
        var (result, at, reason): (String, Instant?, String?)
        switch record.result {
        case .pending: (result, at, reason) = ("pending", nil, nil)
        case .sent(let instant): (result, at, reason) = ("sent", instant, nil)
        case .delivered(let instant): (result, at, reason) = ("delivered", instant, nil)
        case .failed(let why, let instant): (result, at, reason) = ("failed", instant, why)
        case .withdrawn: (result, at, reason) = ("withdrawn", nil, nil)
        }
        writer.object { writer in
            writer.member("key", record.notice.key)
            writer.member("user", contact.user.text)
            writer.member("userName", organisation.recipient(contact.user)?.name)
            writer.member("method", contact.method.text)
            writer.member("channel", contact.channel)
            writer.member("delaySeconds", contact.delay.wholeSeconds)
            writer.member("attempts", record.attempts)
            writer.member("result", result)
            writer.member("at", at: at)
            writer.member("reason", reason)
        }
    }

    private func write(_ delivery: DeliverySummary, into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", delivery.id.text)
            writer.member("notice", delivery.intent)
            writer.member("channel", delivery.channel)
            writer.member("user", delivery.user.text)
            writer.member("userName", organisation.recipient(delivery.user)?.name)
            writer.member("state", delivery.state)
            writer.member("attempts", delivery.attempts)
            writer.member("createdAt", at: delivery.createdAt)
            writer.member("nextAt", at: delivery.nextAt)
            writer.member("finishedAt", at: delivery.finishedAt)
            writer.member("outcome", delivery.outcome)
        }
    }
}

extension PageSummary {
    func write(into writer: inout JSONWriter, organisation: Organisation) {
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("subject", subject)
            writer.member("title", title)
            writer.member("plan", plan)
            writer.member("phase", phase)
            writer.member("service", service?.text)
            writer.member("openedAt", at: openedAt)
            writer.member("deadline", at: deadline)
            writer.member("acknowledgedBy", acknowledgedBy?.text)
            writer.member("acknowledgedByName", acknowledgedBy.map(organisation.name(of:)))
        }
    }
}

extension Page {
    /// Why an exhausted page has nobody left to climb to: nobody answered, or somebody escalated past the last rung.
    func exhaustion(_ organisation: Organisation) -> String {
        if let exhaustedBy {
            return "\(organisation.name(of: exhaustedBy)) escalated by hand past the last rung: every rung was tried."
        }
        let rungs = plan.rungs.count == 1 ? "the only rung was" : "all \(plan.rungs.count) rungs were"
        return "Nobody answered: \(rungs) tried\(plan.laps == 1 ? "" : " \(plan.laps) times")."
    }
}
