/// What a rule comes to at an anchor: when it asks for something, and why then.
///
/// A rule with one due time gives it as target and limit; a window gives both; `none` gives neither. Never before the
/// anchor, and the target is never after the limit.
public struct Due: Hashable, Sendable {
    /// When it should be done, and when to remind of it. Nil when nothing is owed or the time is not known.
    public private(set) var target: Instant?
    /// After when it is late. Nil when it never is, or when the time is not known.
    public private(set) var limit: Instant?
    /// Since when the clock stands still, when that is why a time is not known. It will be once the pause is over.
    public private(set) var pausedSince: Instant?
    /// How it came to that, in the order in which it is told. `explanation` puts it in sentences.
    private(set) var steps: [Step] = []
    /// In which zone the result is told.
    private(set) var zone: Zone

    enum Step: Hashable, Sendable {
        case rule(TimeRule)
        case cadence(String)
        /// The interval is the one that applies from so long after the start.
        case decay(Duration, Instant, Zone)
        case anchor(Instant, Zone)
        /// In a window: what follows is about the one or the other.
        case part(String, TimeRule)
        /// The clock begins to run later than its anchor, because the calendar is closed or because of a pause.
        case begins(Instant, Zone, BusinessCalendar?)
        case pause(Range<Instant>, Zone)
        case holiday(BusinessCalendar.Holiday, in: String)
        case moreHolidays(Int)
        /// So much by then, so much more by then, and the rest from then on.
        case ran(Stretch, more: Stretch?, left: Duration, from: Instant, Zone)
        case clocksMoved(from: Zone.Offset, to: Zone.Offset)
        case businessDay(Int, after: CivilDate, CivilDate)
        case timeSkipped(CivilDateTime, Zone)
        case occurrencePaused(Instant, Zone)
        case heldAtAnchor(Instant, Zone)
        case rolled(from: Instant, to: Instant, BusinessCalendar)
        case closedForYears(BusinessCalendar)
    }

    struct Stretch: Hashable, Sendable {
        let time: Duration
        let until: Instant
    }

    init(in zone: Zone) {
        self.zone = zone
    }

    /// One due time, target and limit.
    init(at instant: Instant?, in zone: Zone) {
        self.zone = zone
        target = instant
        limit = instant
    }

    /// Of a window, from its ends. An end that is itself a window gives its own outer side.
    init(from min: Due, to max: Due, rules: (min: TimeRule, max: TimeRule), in zone: Zone) {
        self.zone = zone
        limit = max.limit
        // A limit that is earlier, by another calendar, wins: what is late should have been done.
        target = min.target.map { target in max.limit.map { Swift.min(target, $0) } ?? target }
        pausedSince = min.pausedSince ?? max.pausedSince
        if !min.steps.isEmpty { steps += [.part("target", rules.min)] + min.steps }
        if !max.steps.isEmpty { steps += [.part("limit", rules.max)] + max.steps }
    }

    mutating func say(_ step: Step) { steps.append(step) }

    mutating func stand(since: Instant) {
        target = nil
        limit = nil
        pausedSince = since
    }

    /// What was moved into the pause that is not over is not known any more.
    mutating func stand(since: Instant, movedFrom before: Due) {
        if let target, target != before.target, target > since {
            self.target = nil
            pausedSince = since
        }
        if let limit, limit != before.limit, limit > since {
            self.limit = nil
            pausedSince = since
        }
    }

    /// Both times through the same change; nil leaves a time unknown.
    mutating func move(_ change: (Instant) -> Instant?) {
        target = target.flatMap(change)
        limit = limit.flatMap(change)
    }

    /// A target that may be missed without end, or a limit of its own.
    mutating func bound(by limit: Due?) {
        self.limit = limit?.limit
        pausedSince = pausedSince ?? limit?.pausedSince
        steps += limit?.steps.filter { !steps.contains($0) } ?? []
    }

    func introduced(by introduction: [Step]) -> Due {
        var due = self
        due.steps = introduction + steps
        return due
    }
}
