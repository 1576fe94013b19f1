import Chronology
import Notation

// What people and far ends do to a page. As in climbing, each function returns the events and changes nothing.
extension Page {
    /// Why: longer, and it is not put off but forgotten.
    public static let longestSnooze = Duration.days(7)

    /// Nothing more is sent for this page. Empty when somebody was first: the page says who. Where a rung waits for all who
    /// were told on it, each of them stops what is meant for themselves, and the last one stops the climb.
    public func acknowledge(by actor: Actor, via: String) throws(Refusal) -> [PageEvent] {
        switch phase {
        case .waiting, .snoozed, .exhausted: return [.acknowledged(by: actor, via: via)]
        case .climbing(let rung, _, _):
            guard case .user(let user) = actor, plan.rungs.indices.contains(rung), plan.rungs[rung].answer == .all,
                told.count > 1
            else { return [.acknowledged(by: actor, via: via)] }
            guard told.contains(user) else {
                throw Refusal(
                    "waits-for-all",
                    "This rung waits for everybody who was told on it. Hand the page over, or escalate it.")
            }
            if answered.contains(user) { return [] }
            return answered.count + 1 < told.count
                ? [.acknowledgedInPart(by: user, via: via)] : [.acknowledged(by: actor, via: via)]
        case .acknowledged(let first, _):
            // Whoever has it says again that they have it.
            return first == actor && plan.acknowledgementLasts != nil ? [.acknowledgementRenewed(by: actor)] : []
        case .ended(let why, _): throw Refusal("page-ended", "The page has ended: \(why)")
        }
    }

    /// Nobody is told before `until`; then it climbs again from the first rung. There is no snooze without an end.
    public func snooze(until: Instant, by actor: Actor, why: String?, at now: Instant) throws(Refusal) -> [PageEvent] {
        if case .ended(let why, _) = phase { throw Refusal("page-ended", "The page has ended: \(why)") }
        guard until > now, until <= now + Self.longestSnooze else {
            throw Refusal("invalid", "/until: a page is snoozed until a time within the next 7 days")
        }
        return [.snoozed(by: actor, until: until, why: why)]
    }

    /// Somebody else is told now, by name. When they stay silent for the patience of the rung that the page is on, it climbs
    /// on from there.
    public func handOver(
        to target: EscalationPlan.Target, by actor: Actor, why: String, at now: Instant,
        reaching reach: (EscalationPlan.Target) -> Reach
    ) throws(Refusal) -> [PageEvent] {
        if case .ended(let why, _) = phase { throw Refusal("page-ended", "The page has ended: \(why)") }
        let found = gather([target], key: "over-\(version)", reach)
        guard !found.notices.isEmpty else {
            throw Refusal("unreachable", (["Nobody could be told."] + found.obstacles).joined(separator: " "))
        }
        let rung = plan.rungs[max(0, lastReached?.rung ?? 0)]
        return [
            .handedOver(
                PageEvent.Handover(
                    to: target, by: actor, why: why, nextDue: now + rung.patience, notices: found.notices,
                    obstacles: found.obstacles))
        ]
    }

    /// A rung is taken now, whichever the page is on: one further up at once, or one that was passed again.
    public func send(
        toRung rung: Int, by actor: Actor, why: String, at now: Instant,
        reaching reach: (EscalationPlan.Target) -> Reach
    ) throws(Refusal) -> [PageEvent] {
        if case .ended(let why, _) = phase { throw Refusal("page-ended", "The page has ended: \(why)") }
        guard plan.rungs.indices.contains(rung) else {
            throw Refusal("invalid", "/rung: \(plan.name) has rungs 1 to \(plan.rungs.count)")
        }
        // A rung is taken once a lap; one that was passed belongs to the next.
        let lap = lastReached.map { rung > $0.rung ? $0.lap : $0.lap + 1 } ?? 0
        return [.escalated(by: actor, why: why)]
            + climb(from: Position(rung: rung, lap: lap, due: now), until: now, laps: max(lapLimit, lap + 1), reach)
    }

    /// What follows when a notice has failed for good (R4): the person's next way is taken now instead of at its time; when
    /// there is none, one that their rules do not name; when nobody on the rung can be told any more, the next rung.
    ///
    /// - Parameter ways: the person's ways to be reached, in their order.
    /// Called after the failure has been recorded.
    public func passOn(
        _ failed: Notice, ways: [Contact], at now: Instant, reaching reach: (EscalationPlan.Target) -> Reach
    ) -> [PageEvent] {
        guard isOpen else { return [] }
        // Notices of one rung, hand-over or fallback share what stands before the person in their keys.
        let stem = failed.stem
        let others = notices.filter {
            $0.notice.stem == stem && $0.notice.contact.user == failed.contact.user && $0.notice.key != failed.key
        }
        let isWaiting = others.contains { $0.result == .pending && $0.notice.contact.delay == .zero }
        if isWaiting || others.contains(where: { $0.result.isThrough }) { return [] }
        let later = others.filter { $0.result == .pending }.min { $0.notice.contact.delay < $1.notice.contact.delay }
        if let later {
            return [.rerouted(PageEvent.Reroute(failed: failed.key, hastened: later.notice.key, notices: []))]
        }
        let tried = others.map(\.notice.contact) + [failed.contact]
        if let way = ways.first(where: { way in !tried.contains { $0.isSameWay(as: way) } }) {
            let contact = Contact(user: way.user, method: way.method, channel: way.channel)
            let notice = Notice(key: "\(stem)\(way.user)/\(way.method)", contact: contact)
            return [.rerouted(PageEvent.Reroute(failed: failed.key, hastened: nil, notices: [notice]))]
        }
        // They cannot be told at all. If nobody else on this rung can be, waiting for an answer is waiting for nobody.
        guard case .climbing(let rung, let lap, _) = phase, stem == currentStem,
            notices.filter({ $0.notice.stem == stem }).allSatisfy({ $0.result.isFailed })
        else { return [] }
        return [.rungFailed(rung: rung, lap: lap)]
            + climb(from: after(rung: rung, lap: lap, due: now, now: now), until: now, reach)
    }
}

extension Page.NoticeRecord.Result {
    var isThrough: Bool {
        switch self {
        case .sent, .delivered: true
        case .pending, .failed, .withdrawn: false
        }
    }

    /// Whether it is known what became of it in the end.
    var isReported: Bool {
        switch self {
        case .delivered, .failed: true
        case .pending, .sent, .withdrawn: false
        }
    }

    var isFailed: Bool { if case .failed = self { true } else { false } }
}

extension Notice {
    /// The key without the person and their way: what was taken when the notice was decided.
    var stem: Substring {
        let tail = contact.user.text.utf8.count + contact.method.text.utf8.count + 1
        return key.utf8.count > tail ? Substring(key.utf8.dropLast(tail)) : key[...]
    }
}
