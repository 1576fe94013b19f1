import Alerting
import Chronology
import Incidents
import Notation
import Paging
import Storage

/// One line of a timeline: when, what sort of thing, by whom, as a sentence, and what can be unfolded.
public struct TimelineEntry: Hashable, Sendable {
    /// The event's place in the log. Unique, and the order of commits.
    public let sequence: Int64
    public let at: Instant
    /// The event's kind: `incident.status-changed`, `page.rung-reached`, …
    public let kind: String
    public let actor: Actor
    /// How the actor is called now.
    public let actorName: String
    /// What happened, plain text, without time and actor's id.
    public let sentence: String
    /// More of it: a note's text, who was told on a rung. Plain text, lines separated by newlines.
    public let detail: String?
}

/// Puts what happened to an incident, its pages and its alerts on one line of time, in words.
public enum Timeline {
    /// The incident's own events with those of its pages; the alerts' openings and ends stand among the incident's own.
    /// Statuses and roles are called as the version of the playbook calls them that the incident follows.
    public static func of(
        _ incident: Incident, organisation: Organisation, shelf: PlaybookShelf, on connection: any Connection
    ) throws -> [TimelineEntry] {
        let procedure = try organisation.procedure(of: incident, shelf: shelf, on: connection)
        var entries: [TimelineEntry] = []
        for stored in try EventLog.read(stream: "incident/\(incident.id)", on: connection) {
            let event = try IncidentEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            let words = words(for: event, procedure, organisation)
            entries.append(try entry(stored, words, organisation))
        }
        for page in incident.pages { entries += try of(page, organisation: organisation, on: connection) }
        return entries.sorted { ($0.at, $0.sequence) < ($1.at, $1.sequence) }
    }

    public static func of(
        _ page: PageID, organisation: Organisation, on connection: any Connection
    ) throws -> [TimelineEntry] {
        var entries: [TimelineEntry] = []
        var told = Told()
        for stored in try EventLog.read(stream: "page/\(page)", on: connection) {
            let event = try PageEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            entries.append(try entry(stored, words(for: event, &told, organisation), organisation))
        }
        return entries
    }

    public static func of(
        _ alert: AlertID, organisation: Organisation, on connection: any Connection
    ) throws -> [TimelineEntry] {
        try EventLog.read(stream: "alert/\(alert)", on: connection).map { stored in
            let event = try AlertEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            return try entry(stored, words(for: event, organisation), organisation)
        }
    }

    private typealias Words = (sentence: String, detail: String?)

    /// What a page's earlier events said and its later ones need.
    private struct Told {
        /// Whom each notice told, by its key.
        var names: [String: String] = [:]
        /// Who escalated by hand, until a rung was reached for it.
        var escalatedBy: String?
    }

    private static func entry(
        _ stored: StoredEvent, _ words: Words, _ organisation: Organisation
    ) throws -> TimelineEntry {
        let actor = try Actor(text: stored.actor)
        return TimelineEntry(
            sequence: stored.seq, at: stored.at, kind: stored.kind, actor: actor,
            actorName: organisation.name(of: actor),
            sentence: words.sentence, detail: words.detail)
    }

    // MARK: Words

    private static func words(
        for event: IncidentEvent, _ procedure: Procedure, _ organisation: Organisation
    ) -> Words {
        switch event {
        case .declared(let declaration):
            return (
                "Declared \(declaration.key) as \(declaration.severity.label): \(declaration.title)", declaration.reason
            )
        case .alertAttached(_, let title): return ("Alert attached: \(title)", nil)
        case .alertResolved(_, let title, let how): return ("Alert resolved \(how): \(title)", nil)
        case .paged(_, let plan): return ("Paging started with the plan \(plan)", nil)
        case .pageAcknowledged: return ("Took the page", nil)
        case .pageExhausted: return ("Every rung of the page was tried", nil)
        case .statusChanged(let from, let to, let name, let message):
            return ("Status: \(procedure.label(of: from)) → \(procedure.label(of: to, named: name))", message)
        case .severityChanged(let from, let to, let why): return ("Severity: \(from.label) → \(to.label)", why)
        case .roleAssigned(let role, let user, _):
            return ("\(name(of: user, organisation)) is \(label(of: role, procedure))", nil)
        case .roleReleased(let role, let user):
            return ("\(name(of: user, organisation)) is no longer \(label(of: role, procedure))", nil)
        case .noteAdded(let text): return ("Note", text)
        case .retitled(let from, let to): return ("Title: \(to)", "It was: \(from)")
        case .answered(let answers):
            return (
                "Answered \(answers.map(\.field).joined(separator: ", "))",
                lines(answers.map { "\($0.field): \($0.text.isEmpty ? "taken back" : $0.text)" })
            )
        case .updatePosted(let update): return ("Update for \(update.audience)", update.text)
        case .happened(let name, let detail): return (IncidentWords.sentence(of: name), detail)
        case .phaseEntered(_, let title): return ("Phase: \(title)", nil)
        case .rungReached(let rung):
            let told = rung.told.map { name(of: $0, organisation) }
            return (
                rung.title, lines((told.isEmpty ? [] : ["Told: \(told.joined(separator: ", "))"]) + rung.obstacles)
            )
        case .reminded(let reminder):
            let told = reminder.told.map { name(of: $0, organisation) }.joined(separator: ", ")
            let word =
                switch reminder.notice {
                case "ahead": "Soon"
                case "late": "Late"
                default: "Due"
                }
            return (
                "\(word): \(reminder.title)", told.isEmpty ? "Nobody has the part that owes it." : "Reminded: \(told)"
            )
        case .obligationMet(_, let title, let note): return ("Done: \(title)", note)
        case .obligationWaived(_, let title, let why): return ("Waived: \(title)", why)
        case .itemTicked(_, let text, let answer): return ("Done: \(text)", answer)
        case .itemUnticked(_, let text): return ("Open again: \(text)", nil)
        case .playbookMoved(let from, let to, let why):
            return ("Playbook: version \(from) → \(to)", why)
        }
    }

    private static func words(
        for event: PageEvent, _ earlier: inout Told, _ organisation: Organisation
    ) -> Words {
        switch event {
        case .opened(let opening):
            return (
                "Page opened with the plan \(opening.plan.name)"
                    + (opening.heldUntil.map { ", waiting until \($0.text(in: .utc))" } ?? ""), opening.why
            )
        case .rungReached(let climb):
            for notice in climb.notices { earlier.names[notice.key] = told(notice, organisation) }
            earlier.escalatedBy = nil
            let people = unique(climb.notices.map { name(of: $0.contact.user, organisation) }).joined(separator: ", ")
            let lap = climb.lap > 0 ? ", lap \(climb.lap + 1)" : ""
            return (
                "Rung \(climb.rung + 1)\(lap): paging \(people)",
                lines(climb.notices.map { told($0, organisation) } + climb.obstacles)
            )
        case .rungSkipped(let rung, _, let why):
            return ("Rung \(rung + 1) skipped: nobody on it can be told", lines(why))
        case .rungFailed(let rung, _):
            return ("Rung \(rung + 1) failed: nobody on it could be told", nil)
        case .acknowledged(_, let via): return ("Acknowledged by \(via)", nil)
        case .acknowledgedInPart(let user, let via):
            return ("\(name(of: user, organisation)) has acknowledged by \(via); the rung waits for all", nil)
        case .acknowledgementRenewed: return ("Acknowledged again", nil)
        case .acknowledgementExpired(let actor):
            return ("The acknowledgement of \(organisation.name(of: actor)) has run out: paging begins anew", nil)
        case .snoozed(_, let until, let why): return ("Snoozed until \(until.text(in: .utc))", why)
        case .snoozeEnded: return ("The snooze is over: paging begins anew", nil)
        case .handedOver(let handover):
            for notice in handover.notices { earlier.names[notice.key] = told(notice, organisation) }
            let people = unique(handover.notices.map { name(of: $0.contact.user, organisation) })
            return ("Handed over to \(people.joined(separator: ", "))", lines([handover.why] + handover.obstacles))
        case .rerouted(let route):
            let failed = earlier.names[route.failed] ?? "A contact"
            for notice in route.notices { earlier.names[notice.key] = told(notice, organisation) }
            let next =
                route.hastened.flatMap { earlier.names[$0] } ?? route.notices.first.map { told($0, organisation) }
            return ("\(failed) failed for good; next: \(next ?? "another way")", nil)
        case .escalated(let actor, let why):
            earlier.escalatedBy = organisation.name(of: actor)
            return ("Escalated by hand", why)
        case .exhausted(let notices, let obstacles):
            for notice in notices { earlier.names[notice.key] = told(notice, organisation) }
            let people = unique(notices.map { name(of: $0.contact.user, organisation) }).joined(separator: ", ")
            let why = earlier.escalatedBy.map { "\($0) escalated past the last rung" } ?? "Nobody answered on any rung"
            let then = notices.isEmpty ? ", and nobody is left to page" : "; paging the fallback: \(people)"
            return (why + then, lines(obstacles))
        case .ended(let why): return ("Page ended", why)
        case .noticeSent(let key, let attempt, let detail):
            let again = attempt > 1 ? " at attempt \(attempt)" : ""
            return ("\(earlier.names[key] ?? "A contact") was told\(again)", detail)
        case .noticeFailed(let key, let attempt, let reason, let isFinal):
            let end = isFinal ? "; given up" : "; it is tried again"
            return ("\(earlier.names[key] ?? "A contact") could not be told at attempt \(attempt)\(end)", reason)
        case .noticeDelivered(let key, let detail):
            return ("\(earlier.names[key] ?? "A contact"): it has arrived", detail)
        case .noticeUndelivered(let key, let reason):
            return ("\(earlier.names[key] ?? "A contact"): it did not arrive", reason)
        }
    }

    private static func words(for event: AlertEvent, _ organisation: Organisation) -> Words {
        switch event {
        case .opened(let opening): ("Opened as \(opening.severity.label)", nil)
        case .acknowledged: ("Acknowledged", nil)
        case .severityChanged(let from, let to): ("Severity: \(from.label) → \(to.label)", nil)
        case .attached(_, let why), .paged(_, let why): (why, nil)
        case .explained(let sentence): (sentence, nil)
        case .resolved(.source): ("Resolved by its source", nil)
        case .resolved(.expiry): ("Resolved because its source fell silent", nil)
        case .resolved(.person(let actor)): ("Resolved by \(organisation.name(of: actor))", nil)
        }
    }

    private static func told(_ notice: Notice, _ organisation: Organisation) -> String {
        "\(name(of: notice.contact.user, organisation)) by \(notice.contact.channel)"
            + (notice.contact.delay > .zero ? " after \(notice.contact.delay.text)" : "")
    }

    private static func name(of user: UserID, _ organisation: Organisation) -> String {
        organisation.recipient(user)?.name ?? user.text
    }

    private static func label(of role: String, _ procedure: Procedure) -> String {
        procedure.role(named: role)?.label ?? role
    }

    private static func lines(_ sentences: [String]) -> String? {
        sentences.isEmpty ? nil : sentences.joined(separator: "\n")
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

/// Sentences for what playbooks have a name for.
enum IncidentWords {
    static func sentence(of name: String) -> String {
        switch name {
        case "responding": "Somebody works on it"
        case "mitigated": "The impact is contained"
        case "fix-deployed": "A fix was deployed"
        case "fix-verified": "The fix was verified"
        case "progress-noted": "Progress"
        case "hypothesis-concluded": "A hypothesis was concluded"
        case "mitigation-succeeded": "A mitigation worked"
        case "alerts-clear": "All alerts are resolved"
        case "page-decided": "It was decided whether the status page is updated"
        case "room-opened": "The room was opened"
        case "review-scheduled": "The review has a date"
        case "review-held": "The review was held"
        case "review-published": "The review was published"
        case "actions-owned": "Every action has an owner"
        default: name.hasPrefix("window-ended(") ? "A time of watching is over" : "It happened: \(name)"
        }
    }
}
