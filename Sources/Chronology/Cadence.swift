/// How often an audience hears of an incident, and what that makes of nights and weekends (S3-32 to S3-35, X9).
///
/// The time of the next update is counted from the last one, or from the start when there was none. What is computed
/// here is the promise that is told, so that promise and rule cannot differ.
public struct Cadence: Hashable, Sendable {
    public enum Interval: Hashable, Sendable {
        case elapsed(Duration)
        /// Wished for after the one and late after the other: "every 15 to 30 minutes" (S1-29).
        case window(target: Duration, limit: Duration)
        /// At the same time of day on the next business day; held within that day's hours when the last one was not.
        case businessDay
    }

    /// What becomes of an interval that ends outside the hours.
    public enum Overrun: String, CaseIterable, Hashable, Sendable {
        /// The update is owed at the next opening.
        case open
        /// The part of the interval that lies outside does not count: the rest runs from the next opening on.
        case carry
    }

    /// A slower interval for an incident that goes on.
    public struct Decay: Hashable, Sendable {
        /// How long the incident has been going on when it begins to apply.
        public let after: Duration
        public let every: Interval

        public init(after: Duration, every: Interval) {
            self.after = after
            self.every = every
        }
    }

    public let every: Interval
    /// The hours in which updates are owed; nil for day and night.
    public let within: BusinessCalendar?
    public let roll: Overrun
    /// In order; the last one that has begun to apply counts.
    public let after: [Decay]

    /// With shorter intervals, reminders follow each other faster than anybody can write.
    public static let shortestInterval = Duration.minutes(1)
    /// Longer intervals are no cadence but a deadline.
    public static let longestInterval = Duration.days(366)
    /// More steps than these cannot be kept in mind by those who wait for the updates.
    public static let decayLimit = 10

    /// Refuses intervals outside of 1 minute to 366 days, windows that end before they begin, business days without a
    /// calendar, and decays that begin at no time or at the same.
    public init(
        every: Interval, within: BusinessCalendar? = nil, roll: Overrun = .open, after: [Decay] = []
    ) throws(TimeFault) {
        guard after.count <= Self.decayLimit else {
            throw TimeFault(at: "after", "there are \(after.count) steps, more than \(Self.decayLimit)")
        }
        let ordered = after.sorted { $0.after < $1.after }
        try Self.check(every, within, at: "every")
        for (index, decay) in ordered.enumerated() {
            guard decay.after > .zero else {
                throw TimeFault(
                    at: "after", "a step begins some time after the start, not \(decay.after.text) after it")
            }
            guard index == 0 || ordered[index - 1].after < decay.after else {
                throw TimeFault(at: "after", "two steps begin after \(decay.after.text)")
            }
            try Self.check(decay.every, within, at: "after \(decay.after.text)")
        }
        self.every = every
        self.within = within
        self.roll = roll
        self.after = ordered
    }

    /// The interval that applies that long after the start.
    public func interval(after elapsed: Duration) -> Interval { after.last { $0.after <= elapsed }?.every ?? every }

    /// When the next update is owed after one at `last`. Which interval applies depends on how long before that the
    /// incident was declared; without `start` the first one does.
    public func next(after last: Instant, started start: Instant? = nil, in terms: TimeRule.Terms) -> Due {
        let interval = interval(after: start.map { last - $0 } ?? .zero)
        let deadline = deadline(for: interval, after: last)
        let zone = within?.zone ?? terms.zone
        var introduction: [Due.Step] = [.cadence(words(for: interval))]
        if let start, let decay = after.last(where: { $0.after <= last - start }) {
            introduction.append(.decay(decay.after, start, zone))
        }
        introduction.append(.anchor(last, zone))
        return deadline.reckoned(from: last, .none, TimeRule.Terms(zone: zone)).introduced(by: introduction)
    }

    // MARK: Leaves

    private func deadline(for interval: Interval, after last: Instant) -> Deadline {
        switch (interval, within, roll) {
        case (.elapsed(let time), nil, _): Deadline(.elapsed(time))
        case (.elapsed(let time), let hours?, .open): Deadline(.elapsed(time), roll: .forward(hours))
        case (.elapsed(let time), let hours?, .carry): Deadline(.businessElapsed(time, hours))
        case (.window(let target, let limit), nil, _):
            Deadline(.window(min: .elapsed(target), max: .elapsed(limit)))
        case (.window(let target, let limit), let hours?, .open):
            Deadline(.window(min: .elapsed(target), max: .elapsed(limit)), roll: .forward(hours))
        case (.window(let target, let limit), let hours?, .carry):
            Deadline(.window(min: .businessElapsed(target, hours), max: .businessElapsed(limit, hours)))
        case (.businessDay, let hours?, _):
            Deadline(.nextBusinessDay(hours, at: hours.point(like: last)), roll: .forward(hours))
        case (.businessDay, nil, _): preconditionFailure("a cadence of business days was made with a calendar")
        }
    }

    private func words(for interval: Interval) -> String {
        let hours = within.map { " during the hours of \($0.name)" } ?? ""
        return switch interval {
        case .elapsed(let time): "every \(time.exactText)\(hours)"
        case .window(let target, let limit): "every \(target.exactText) to \(limit.exactText)\(hours)"
        case .businessDay: "every business day\(hours)"
        }
    }

    private static func check(_ interval: Interval, _ within: BusinessCalendar?, at place: String) throws(TimeFault) {
        let times: [Duration]
        switch interval {
        case .elapsed(let time): times = [time]
        case .window(let target, let limit):
            times = [target, limit]
            guard target <= limit else { throw TimeFault(at: place, "the window ends before it begins") }
        case .businessDay:
            times = []
            guard within != nil else { throw TimeFault(at: place, "business days need a calendar: say within which") }
        }
        for time in times where time < shortestInterval || time > longestInterval {
            throw TimeFault(
                at: place,
                "an interval is \(shortestInterval.text) to \(longestInterval.text), not \(time.text)")
        }
    }
}

extension BusinessCalendar {
    /// The time of day of the instant as a point of the next business day, held within that day's hours.
    fileprivate func point(like instant: Instant) -> TimeRule.DayPoint {
        let now = zone.civil(at: instant)
        guard let date = businessDay(1, after: now.date) else { return .open }
        let same = zone.start(of: CivilDateTime(date, now.time))
        if let opening = opening(on: date), same <= opening { return .open }
        if let closing = closing(on: date), same >= closing { return .close }
        return .time(now.time)
    }
}
