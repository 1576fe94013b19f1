import Chronology
import Engine
import Notation
import Paging
import Storage

/// A page's way up its plan: what happened on each rung, and what would come next if nobody answered.
struct Climb: Sendable {
    /// Rungs that are shown ahead of the one that waits: one more lap of the longest plan.
    private static let mostAhead = EscalationPlan.maximumRungs

    private(set) var rungs: [LadderRung] = []
    private(set) var explanation: [Prose] = []
    /// The rung that is paged when the present one stays silent; nil when none will be.
    private(set) var next: LadderRung?
    /// Who is woken when the present rung stays silent, in words; nil when nothing more will happen by itself.
    private(set) var nextWho: String?

    private let page: Page
    private let organisation: Organisation
    /// Which row a notice belongs to, and how it reads there.
    private var rows: [String: (row: Int, channel: String)] = [:]

    init(_ page: Page, _ organisation: Organisation, on connection: any Connection) throws {
        self.page = page
        self.organisation = organisation
        for stored in try EventLog.read(stream: "page/\(page.id)", on: connection) {
            let event = try PageEvent(
                kind: stored.kind, body: try JSON(parsing: Array(stored.body.utf8), limits: .stored))
            apply(event, by: try Actor(text: stored.actor), at: stored.at)
        }
        lookAhead()
    }

    private mutating func apply(_ event: PageEvent, by actor: Actor, at now: Instant) {
        switch event {
        case .opened(let opening):
            explanation.append("Paging began with the plan \(strong: opening.plan.name).")
            if let why = opening.why { explanation.append("\(why)") }
        case .rungReached(let climb):
            endWaiting(.unanswered)
            add(climb.rung, climb.lap, due: climb.due, .waiting, climb.notices)
            explanation += climb.obstacles.map { "\($0)" }
        case .rungSkipped(let rung, let lap, let why):
            add(rung, lap, due: now, .skipped, [])
            explanation.append("Rung \(rung + 1) was skipped. \(why.joined(separator: " "))")
        case .rungFailed(let rung, _):
            endWaiting(.unanswered)
            explanation.append("Nobody on rung \(rung + 1) could be told, so the next was taken at once.")
        case .acknowledgedInPart(let user, let via):
            let name = organisation.name(of: .user(user))
            explanation.append("\(strong: name) acknowledged by \(via); the rung waits for everybody on it.")
        case .acknowledgementRenewed(let actor):
            explanation.append("\(strong: organisation.name(of: actor)) acknowledged again.")
        case .acknowledgementExpired(let actor):
            explanation.append(
                "The acknowledgement of \(strong: organisation.name(of: actor)) ran out, so paging began anew.")
        case .snoozed(let actor, let until, let why):
            endWaiting(.acknowledged)
            explanation.append(
                "\(strong: organisation.name(of: actor)) snoozed it until \(until.text(in: .utc))\(why.map { ": \($0)" } ?? ".")"
            )
        case .snoozeEnded:
            explanation.append("The snooze was over, so paging began anew.")
        case .handedOver(let handover):
            endWaiting(.escalated(by: organisation.name(of: handover.by)))
            let who = organisation.name(ofTarget: handover.to)
            for notice in handover.notices { rows[notice.key] = (rungs.count, channel(of: notice)) }
            rungs.append(
                LadderRung(
                    number: (page.lastReached?.rung ?? 0) + 1, lap: (page.lastReached?.lap ?? 0) + 1, who: who,
                    due: now,
                    outcome: .waiting))
            explanation.append(
                "\(strong: organisation.name(of: handover.by)) handed it over to \(strong: who): \(handover.why)")
            explanation += handover.obstacles.map { "\($0)" }
        case .rerouted(let route):
            let place = rows[route.failed]?.row ?? max(0, rungs.count - 1)
            for notice in route.notices { rows[notice.key] = (place, channel(of: notice)) }
            let next = route.hastened.flatMap { rows[$0]?.channel } ?? route.notices.first.map { channel(of: $0) }
            explanation.append(
                "\(rows[route.failed]?.channel ?? "A message") failed for good; next: \(next ?? "another way").")
        case .acknowledged(let actor, let via):
            endWaiting(.acknowledged)
            explanation.append("\(strong: organisation.name(of: actor)) acknowledged by \(via).")
        case .escalated(let actor, let why):
            endWaiting(.escalated(by: organisation.name(of: actor)))
            explanation.append("\(strong: organisation.name(of: actor)) escalated by hand: \(why)")
        case .exhausted(let notices, let obstacles):
            endWaiting(.unanswered)
            for notice in notices { rows[notice.key] = (max(0, rungs.count - 1), channel(of: notice)) }
            let people = notices.map { organisation.name(of: .user($0.contact.user)) }.joined(separator: ", ")
            let why = page.exhaustion(organisation)
            explanation.append(
                notices.isEmpty
                    ? "\(why) Nobody is left to page." : "\(why) The fallback was paged: \(people).")
            explanation += obstacles.map { "\($0)" }
        case .ended(let why):
            endWaiting(.ended)
            explanation.append("The page ended: \(why)")
        case .noticeSent(let key, let attempt, _):
            note(key, attempt, "delivered", failed: false, at: now)
        case .noticeDelivered(let key, _): note(key, 1, "has arrived", failed: false, at: now)
        case .noticeUndelivered(let key, let reason): note(key, 1, "did not arrive: \(reason)", failed: true, at: now)
        case .noticeFailed(let key, let attempt, let reason, let isFinal):
            note(key, attempt, isFinal ? "given up: \(reason)" : reason, failed: true, at: now)
        }
    }

    private mutating func add(_ rung: Int, _ lap: Int, due: Instant, _ outcome: LadderRung.Outcome, _ told: [Notice]) {
        for notice in told { rows[notice.key] = (rungs.count, channel(of: notice)) }
        rungs.append(LadderRung(number: rung + 1, lap: lap + 1, who: who(on: rung), due: due, outcome: outcome))
    }

    private mutating func note(_ key: String, _ attempt: Int, _ result: String, failed: Bool, at now: Instant) {
        guard let place = rows[key], rungs.indices.contains(place.row) else { return }
        let again = attempt > 1 ? ", attempt \(attempt)" : ""
        rungs[place.row].attempts.append(
            LadderRung.Attempt(at: now, channel: place.channel + again, result: result, failed: failed))
    }

    private mutating func endWaiting(_ outcome: LadderRung.Outcome) {
        for index in rungs.indices where rungs[index].outcome == .waiting { rungs[index].outcome = outcome }
    }

    private mutating func lookAhead() {
        guard case .climbing(let rung, let lap, let deadline) = page.phase else { return }
        var (position, laps, due) = (rung + 1, lap, deadline)
        for _ in 0..<Self.mostAhead {
            if position == page.plan.rungs.count { (position, laps) = (0, laps + 1) }
            guard laps < page.plan.laps else { break }
            add(position, laps, due: due, .ahead, [])
            due += page.plan.rungs[position].patience
            position += 1
        }
        next = rungs.first { $0.outcome == .ahead }
        nextWho = next?.who ?? "the fallback (\(organisation.fallback(of: page.plan)))"
    }

    private func who(on rung: Int) -> String {
        guard page.plan.rungs.indices.contains(rung) else { return page.plan.name }
        return page.plan.rungs[rung].targets.map(organisation.name(ofTarget:)).joined(separator: ", ")
    }

    private func channel(of notice: Notice) -> String {
        "\(notice.contact.channel) to \(organisation.name(of: .user(notice.contact.user)))"
    }
}
