/// The course of a clock that is set at an instant and runs until a given time has gone by on it. It stands still in
/// pauses and, when it counts business time, while the calendar is closed.
struct RunningTime {
    enum End: Hashable {
        case reached(Instant)
        /// The clock stands still since then, and had not got there.
        case standing(since: Instant)
        /// The calendar does not open for long enough within its horizon.
        case closedForYears
    }

    private(set) var end = End.closedForYears
    /// The stretches in which the clock ran without a break. Of more than two, those between the first and the last are
    /// added up.
    private(set) var first: Range<Instant>?
    private(set) var between: (time: Duration, until: Instant)?
    private(set) var last: Range<Instant>?

    private var remaining: Duration
    private let pauses: Pauses
    private var pauseIndex = 0

    /// What ends exactly where a stretch does is due then, at the closing or at the beginning of the pause. A time of
    /// zero or less is over at the first instant at which the clock runs.
    init(_ time: Duration, from start: Instant, within calendar: BusinessCalendar?, pauses: Pauses) {
        remaining = .microseconds(max(time.wholeMicroseconds, 0))
        self.pauses = pauses
        guard let calendar else {
            if let end = run(through: start..<Instant(microseconds: .max)) { self.end = end }
            return
        }
        var done = start
        for piece in calendar.pieces(from: start) {
            let opening = max(piece.lowerBound, done)
            guard opening < piece.upperBound else { continue }
            if let end = run(through: opening..<piece.upperBound) {
                self.end = end
                return
            }
            done = piece.upperBound
        }
    }

    var reached: Instant? {
        switch end {
        case .reached(let instant): instant
        case .standing, .closedForYears: nil
        }
    }

    // MARK: Leaves

    /// Nil when the time is not over by the end of the range.
    private mutating func run(through range: Range<Instant>) -> End? {
        var now = range.lowerBound
        while now < range.upperBound {
            if let since = pauses.openSince, since <= now { return .standing(since: since) }
            var end = pauses.openSince.map { min($0, range.upperBound) } ?? range.upperBound
            while pauseIndex < pauses.past.count, pauses.past[pauseIndex].upperBound <= now { pauseIndex += 1 }
            if pauseIndex < pauses.past.count {
                let pause = pauses.past[pauseIndex]
                if pause.lowerBound <= now {
                    now = pause.upperBound
                    continue
                }
                end = min(end, pause.lowerBound)
            }
            let due = now + remaining
            if due <= end {
                note(now..<due)
                return .reached(due)
            }
            note(now..<end)
            remaining -= end - now
            now = end
        }
        return nil
    }

    private mutating func note(_ stretch: Range<Instant>) {
        guard let last else {
            self.last = stretch
            return
        }
        if last.upperBound == stretch.lowerBound {
            self.last = last.lowerBound..<stretch.upperBound
            return
        }
        if first == nil {
            first = last
        } else {
            let time = (between?.time ?? .zero) + (last.upperBound - last.lowerBound)
            between = (time, last.upperBound)
        }
        self.last = stretch
    }
}
