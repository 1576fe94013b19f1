// Evaluation. Every rule is a total function of its anchor: counts and durations below zero are read as zero, calendars
// that stay closed give no time, and nothing is due before its anchor.
//
// A later anchor never makes a rule due earlier, with two exceptions that lie in what is asked. Where wall clocks are put
// back, the same time of day comes earlier for a later anchor (`calendarDays` without a time), by the size of the change.
// And of two anchors whose dates are counted to the same day, the one that saw less of a pause is due earlier.

extension Deadline {
    /// When it is due, counted from the anchor.
    ///
    /// While a clock stands still its time does not count. Elapsed time goes on after the pause, and so does business
    /// time, of which a pause takes what lies within hours. Where dates are counted, the due time moves by the length of
    /// the pauses before it: a pause takes no whole number of dates, and giving back just the time that it took neither
    /// makes a day out of an hour nor loses one. The result may lie outside hours; `roll` says what then. A recurrence
    /// does not move; an occurrence within a pause is left out. With a pause that is not over, what would be due after
    /// its beginning is not known. Rolling forward does not end within a pause either.
    public func due(
        from anchor: Instant, pauses: Pauses = .none, in terms: TimeRule.Terms
    ) -> Due {
        reckoned(from: anchor, pauses, terms)
            .introduced(by: [.rule(rule), .anchor(anchor, rule.zone ?? terms.zone)])
    }

    /// The due time with the steps that led to it, and without the introduction.
    func reckoned(from anchor: Instant, _ pauses: Pauses, _ terms: TimeRule.Terms) -> Due {
        // "At once" that is moved to an opening is at once then, and its bound counts from there.
        guard case .forward = roll, case .immediate(let bound?) = rule else {
            return rule.reckoned(from: anchor, pauses, terms).rolled(roll, pauses, notBefore: anchor)
        }
        var due = Deadline(.immediate(bound: nil), roll: roll).reckoned(from: anchor, pauses, terms)
        if let start = due.target {
            due.bound(by: Deadline(.elapsed(bound), roll: roll).reckoned(from: start, pauses, terms))
        }
        return due
    }
}

extension TimeRule {
    /// `Deadline.due` without a roll.
    public func due(from anchor: Instant, pauses: Pauses = .none, in terms: Terms) -> Due {
        Deadline(self).due(from: anchor, pauses: pauses, in: terms)
    }

    /// The zone on whose clocks the rule counts; nil when it is that of the terms.
    var zone: Zone? {
        switch self {
        case .businessElapsed(_, let calendar), .businessDays(_, let calendar, _), .nextBusinessDay(let calendar, _):
            calendar.zone
        case .nextOccurrence(let recurrence): recurrence.zone
        case .window(let min, let max): min.zone == max.zone ? min.zone : nil
        case .immediate, .elapsed, .calendarDays, .none, .unspecified: nil
        }
    }

    /// The due time with the steps that led to it, and without the introduction.
    func reckoned(from anchor: Instant, _ pauses: Pauses, _ terms: Terms) -> Due {
        switch self {
        case .none, .unspecified: return Due(in: terms.zone)
        case .immediate(let bound):
            var due = Due(running: .zero, from: anchor, pauses, in: terms.zone)
            due.bound(by: bound.map { Due(running: $0, from: anchor, pauses, in: terms.zone) })
            return due
        case .elapsed(let time):
            return Due(running: time, from: anchor, pauses, in: terms.zone)
        case .businessElapsed(let time, let calendar):
            return Due(running: time, of: calendar, from: anchor, pauses)
        case .calendarDays(let count, let time):
            let now = terms.zone.civil(at: anchor)
            let local = CivilDateTime(now.date.adding(days: max(count, 0)), time ?? now.time)
            return Due(on: local, in: terms.zone, from: anchor, pauses)
        case .businessDays(let count, let calendar, let point):
            return Due(businessDay: count, of: calendar, at: point, from: anchor, pauses)
        case .nextBusinessDay(let calendar, let point):
            return Due(businessDay: 1, of: calendar, at: point, from: anchor, pauses)
        case .nextOccurrence(let recurrence):
            return Due(of: recurrence, from: anchor, pauses)
        case .window(let min, let max):
            return Due(
                from: min.reckoned(from: anchor, pauses, terms), to: max.reckoned(from: anchor, pauses, terms),
                rules: (min, max), in: zone ?? terms.zone)
        }
    }
}

extension Due {
    /// After so much elapsed time.
    fileprivate init(running time: Duration, from anchor: Instant, _ pauses: Pauses, in zone: Zone) {
        self.init(in: zone)
        run(time, from: anchor, within: nil, pauses)
        sayClocksMoved(since: anchor)
    }

    /// After so much business time.
    fileprivate init(
        running time: Duration, of calendar: BusinessCalendar, from anchor: Instant, _ pauses: Pauses
    ) {
        self.init(in: calendar.zone)
        run(time, from: anchor, within: calendar, pauses)
        guard let target else { return }
        sayHolidays(of: calendar, from: calendar.zone.civil(at: anchor).date, to: calendar.zone.civil(at: target).date)
    }

    /// At a time on the wall clock.
    fileprivate init(on local: CivilDateTime, in zone: Zone, from anchor: Instant, _ pauses: Pauses) {
        self.init(in: zone)
        settle(at: sayingSkipped(local, in: zone), from: anchor, pauses)
        sayClocksMoved(since: anchor)
    }

    fileprivate init(
        businessDay count: Int, of calendar: BusinessCalendar, at point: TimeRule.DayPoint, from anchor: Instant,
        _ pauses: Pauses
    ) {
        self.init(in: calendar.zone)
        guard count > 0 else {
            settle(at: anchor, from: anchor, pauses)
            return
        }
        let today = calendar.zone.civil(at: anchor).date
        guard let date = calendar.businessDay(count, after: today) else {
            say(.closedForYears(calendar))
            return
        }
        sayHolidays(of: calendar, from: today.adding(days: 1), to: date)
        say(.businessDay(count, after: today, date))
        let instant =
            switch point {
            case .open: calendar.opening(on: date)
            case .close: calendar.closing(on: date)
            case .time(let time): sayingSkipped(CivilDateTime(date, time), in: calendar.zone)
            }
        guard let instant else { preconditionFailure("a business day has an opening and a closing") }
        settle(at: instant, from: anchor, pauses)
    }

    fileprivate init(of recurrence: Recurrence, from anchor: Instant, _ pauses: Pauses) {
        self.init(in: recurrence.zone)
        var occurrence = recurrence.next(after: anchor)
        for pause in pauses.past where pause.contains(occurrence) {
            say(.pause(pause, zone))
            say(.occurrencePaused(occurrence, zone))
            occurrence = recurrence.next(atOrAfter: pause.upperBound)
        }
        move(to: occurrence)
        if let since = pauses.openSince, since <= occurrence { stand(since: since) }
    }

    // MARK: Verbs

    private mutating func move(to instant: Instant) {
        self = Due(at: instant, in: zone).introduced(by: steps)
    }

    /// Runs a clock and tells its course.
    private mutating func run(
        _ time: Duration, from anchor: Instant, within calendar: BusinessCalendar?, _ pauses: Pauses
    ) {
        let running = RunningTime(time, from: anchor, within: calendar, pauses: pauses)
        if let begin = (running.first ?? running.last)?.lowerBound, begin > anchor {
            let isPaused = pauses.past.contains { $0.contains(anchor) }
            say(.begins(begin, zone, isPaused ? nil : calendar))
        }
        switch running.end {
        case .reached(let instant):
            sayPauses(pauses, from: anchor, to: instant)
            if let first = running.first, let last = running.last {
                let more = running.between.map { Stretch(time: $0.time, until: $0.until) }
                say(
                    .ran(
                        Stretch(time: first.upperBound - first.lowerBound, until: first.upperBound), more: more,
                        left: last.upperBound - last.lowerBound, from: last.lowerBound, zone))
            }
            move(to: instant)
        case .standing(let since):
            sayPauses(pauses, from: anchor, to: since)
            stand(since: since)
        case .closedForYears:
            guard let calendar else { preconditionFailure("elapsed time goes by whatever happens") }
            say(.closedForYears(calendar))
        }
    }

    /// At an instant that was counted in dates, later by the pauses before it, and not before the anchor.
    private mutating func settle(at instant: Instant, from anchor: Instant, _ pauses: Pauses) {
        if instant < anchor { say(.heldAtAnchor(instant, zone)) }
        let running = RunningTime(instant - anchor, from: anchor, within: nil, pauses: pauses)
        switch running.end {
        case .reached(let due):
            sayPauses(pauses, from: anchor, to: due)
            move(to: due)
        case .standing(let since):
            sayPauses(pauses, from: anchor, to: since)
            stand(since: since)
        case .closedForYears: preconditionFailure("elapsed time goes by whatever happens")
        }
    }

    /// With what lies outside the hours of the roll's calendar moved.
    fileprivate func rolled(_ roll: Roll, _ pauses: Pauses, notBefore anchor: Instant) -> Due {
        let calendar: BusinessCalendar
        let change: (Instant) -> Instant?
        switch roll {
        case .none: return self
        case .forward(let within):
            calendar = within
            change = { within.rolledForward($0, past: pauses) }
        case .back(let within):
            calendar = within
            change = { instant in within.rolledBack(instant).map { max($0, anchor) } }
        }
        var due = self
        for time in (target == limit ? [target] : [target, limit]).compactMap({ $0 }) {
            guard let moved = change(time) else {
                due.say(.closedForYears(calendar))
                break
            }
            if moved != time { due.say(.rolled(from: time, to: moved, calendar)) }
        }
        due.move(change)
        if let since = pauses.openSince { due.stand(since: since, movedFrom: self) }
        return due
    }
}
