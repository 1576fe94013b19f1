import Chronology
import Notation

/// Hours of the week on a wall clock: when a team works, when a person sleeps.
public struct WeeklyHours: Hashable, Sendable {
    public let zone: Zone
    /// On which days they begin; never empty.
    public let days: Set<Weekday>
    public let from: LocalTime
    /// Past midnight where it is not later than `from`; equal times are the whole day.
    public let to: LocalTime

    public init(zone: Zone, days: Set<Weekday>, from: LocalTime, to: LocalTime) throws(InputFault) {
        guard !days.isEmpty else { throw InputFault(at: "/days", "at least one day of the week is needed") }
        self.zone = zone
        self.days = days
        self.from = from
        self.to = to
    }

    public func contains(_ instant: Instant) -> Bool { span(containing: instant) != nil }

    /// When the hours that are now end; nil: it is not in them.
    public func end(at instant: Instant) -> Instant? { span(containing: instant)?.end }

    /// The instant itself when it is in the hours, else when they begin next. Clocks that are changed in between are
    /// minded: what begins in a gap begins behind it, what begins twice begins once.
    public func next(from instant: Instant) -> Instant {
        if contains(instant) { return instant }
        let today = zone.civil(at: instant).date
        for offset in 0...8 {
            let date = today.adding(days: offset)
            guard days.contains(date.weekday) else { continue }
            let start = span(beginningOn: date).start
            if start > instant { return start }
        }
        preconditionFailure("Hours of a week begin within the next eight days.")
    }

    private func span(containing instant: Instant) -> (start: Instant, end: Instant)? {
        let today = zone.civil(at: instant).date
        for offset in [-1, 0] {
            let date = today.adding(days: offset)
            guard days.contains(date.weekday) else { continue }
            let span = span(beginningOn: date)
            if span.start <= instant, instant < span.end { return span }
        }
        return nil
    }

    private func span(beginningOn date: CivilDate) -> (start: Instant, end: Instant) {
        let last = to > from ? date : date.adding(days: 1)
        return (zone.start(of: CivilDateTime(date, from)), zone.windowEnd(of: CivilDateTime(last, to)))
    }
}

/// How urgent what happens to a service is, by its severity and the hour.
public struct UrgencyRule: Hashable, Sendable {
    /// The rank of the mildest severity that is urgent in the hours of the service; nil: every one is.
    public let urgentRank: Int?
    /// nil: there are no hours, it is always within them.
    public let hours: WeeklyHours?
    /// The same outside of them; nil: as within.
    public let outsideRank: Int?
    /// Whether what is not urgent outside of the hours waits until they begin.
    public let waits: Bool

    public init(urgentRank: Int?, hours: WeeklyHours? = nil, outsideRank: Int? = nil, waits: Bool = false) {
        self.urgentRank = urgentRank
        self.hours = hours
        self.outsideRank = outsideRank
        self.waits = waits
    }

    public struct Verdict: Hashable, Sendable {
        public let urgency: Urgency
        public let heldUntil: Instant?
        /// One sentence; nil: there is nothing to explain.
        public let why: String?

        public init(urgency: Urgency, heldUntil: Instant?, why: String?) {
            self.urgency = urgency
            self.heldUntil = heldUntil
            self.why = why
        }
    }

    public func verdict(onRank rank: Int, at now: Instant) -> Verdict {
        let isInside = hours?.contains(now) ?? true
        let mildest = isInside ? urgentRank : outsideRank ?? urgentRank
        guard let mildest, rank > mildest else { return Verdict(urgency: .high, heldUntil: nil, why: nil) }
        guard let hours, !isInside else {
            return Verdict(urgency: .low, heldUntil: nil, why: "Its severity is not urgent for this service.")
        }
        let opening = hours.next(from: now)
        let text = opening.text(in: hours.zone)
        return waits
            ? Verdict(
                urgency: .low, heldUntil: opening,
                why: "It is outside of the service's hours and not urgent then: it waits until \(text).")
            : Verdict(
                urgency: .low, heldUntil: nil,
                why: "It is outside of the service's hours, and its severity is not urgent then.")
    }
}
