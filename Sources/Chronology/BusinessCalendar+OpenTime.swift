// What a calendar says about instants. A search looks at `horizon` dates and then gives nil: the calendar is closed for
// years, or it never closes.

extension BusinessCalendar {
    /// Whether the calendar is open. It is at the instant it opens, and no longer at the instant it closes.
    public func isOpen(at instant: Instant) -> Bool {
        pieces(from: instant, days: 1).contains { $0.contains(instant) }
    }

    /// The first instant from the given one on at which the calendar is open: the given one itself when it is open then.
    public func nextOpen(atOrAfter instant: Instant) -> Instant? {
        for piece in pieces(from: instant) { return max(piece.lowerBound, instant) }
        return nil
    }

    /// The first instant after the given one at which the calendar closes: the end of the hours that it is in, else of
    /// the next ones. Hours that meet, as 24:00 and 00:00 do, are one. Nil also when it does not close within the
    /// horizon.
    public func nextClosing(after instant: Instant) -> Instant? {
        var end: Instant?
        for piece in pieces(from: instant) {
            guard let reached = end else {
                end = piece.upperBound
                continue
            }
            if piece.lowerBound > reached { return reached }
            end = max(reached, piece.upperBound)
        }
        // The search ended within open hours when they reach its last dates; else they were the calendar's last.
        guard let end, !isOpen(at: end) else { return nil }
        return end
    }

    /// The hours that hold the instant, from when the calendar opened until it closes; nil when it is closed then. Of
    /// hours that go on for years the part within the horizon is given.
    public func openSpan(containing instant: Instant) -> Range<Instant>? {
        guard isOpen(at: instant) else { return nil }
        var (start, end) = (instant, instant)
        for piece in pieces(from: instant) {
            if piece.lowerBound > end { break }
            end = max(end, piece.upperBound)
        }
        let date = zone.civil(at: instant).date
        for back in -1...Self.horizon {
            var reaches = false
            for piece in pieces(on: date.adding(days: -back)).reversed() where piece.upperBound >= start {
                reaches = true
                start = min(start, piece.lowerBound)
            }
            // A day or two may lie wholly after the start, or be one that the zone left out.
            if !reaches, back > 2 { break }
        }
        return start..<end
    }

    /// How much business time goes by from the first instant to the second; zero when the second is not the later one.
    /// Nil when they are further apart than the horizon.
    public func openTime(from start: Instant, to end: Instant) -> Duration? {
        var sum = Duration.zero
        guard start < end else { return sum }
        guard let spans = openSpans(in: start..<end) else { return nil }
        for span in spans { sum += span.upperBound - span.lowerBound }
        return sum
    }

    /// The hours within the range, in order; those that meet are one, and those that reach out of it are cut. Nil when
    /// the range is longer than the horizon.
    public func openSpans(in range: Range<Instant>) -> [Range<Instant>]? {
        guard range.upperBound <= range.lowerBound + .days(Int64(Self.horizon)) else { return nil }
        var spans: [Range<Instant>] = []
        for piece in pieces(from: range.lowerBound) {
            if piece.lowerBound >= range.upperBound { break }
            let cut = piece.clamped(to: range)
            if let last = spans.last, cut.lowerBound <= last.upperBound {
                spans[spans.count - 1] = last.lowerBound..<max(last.upperBound, cut.upperBound)
            } else if !cut.isEmpty {
                spans.append(cut)
            }
        }
        return spans
    }

    /// The instant at which that much business time has gone by. From an instant at which the calendar is closed, time
    /// begins to run at the next opening; what ends exactly at a closing is due then and not at the next opening.
    /// A duration of zero or less gives the first open instant.
    public func instant(_ duration: Duration, after start: Instant) -> Instant? {
        RunningTime(duration, from: start, within: self, pauses: .none).reached
    }

    /// The instant itself when the calendar is open or closes at it, else the next opening, or the first open instant
    /// after the pause that it lies in. What is due by close is in time for those who work until then.
    func rolledForward(_ instant: Instant, past pauses: Pauses) -> Instant? {
        // A piece that ends at the instant is wanted here.
        var pieces = pieces(from: instant - .microseconds(1)).makeIterator()
        guard let piece = pieces.next() else { return nil }
        guard piece.lowerBound > instant else { return instant }
        var opening = piece.lowerBound
        for pause in pauses.past where pause.lowerBound < opening && opening < pause.upperBound {
            guard let next = nextOpen(atOrAfter: pause.upperBound) else { return nil }
            opening = next
        }
        return opening
    }

    /// The instant itself when the calendar is open or closes at it, else the closing before.
    func rolledBack(_ instant: Instant) -> Instant? {
        let date = zone.civil(at: instant).date
        for back in -1...Self.horizon {
            let before = pieces(on: date.adding(days: -back)).filter { $0.lowerBound <= instant }
            if let latest = before.map(\.upperBound).max() { return min(latest, instant) }
        }
        return nil
    }

    // MARK: Leaves

    /// The spans of a date as instants. A span that lies wholly in a gap of the clocks is left out.
    func pieces(on date: CivilDate) -> [Range<Instant>] {
        hours(on: date).compactMap { span in
            let closingDate = span.closes == .midnight ? date.adding(days: 1) : date
            let start = zone.start(of: CivilDateTime(date, span.opens))
            let end = zone.windowEnd(of: CivilDateTime(closingDate, span.closes))
            return start < end ? start..<end : nil
        }
    }

    /// The spans of the dates from the instant on that do not end by it, in order, for that many dates. They may overlap
    /// where the clocks are put back.
    func pieces(from instant: Instant, days: Int = horizon) -> OpenPieces {
        OpenPieces(of: self, from: instant, days: days)
    }
}

/// The opening hours of a calendar as instants, one span of a date after another.
struct OpenPieces: Sequence, IteratorProtocol {
    private let calendar: BusinessCalendar
    private let instant: Instant
    private var date: CivilDate
    private var datesLeft: Int
    private var waiting: ArraySlice<Range<Instant>> = []

    init(of calendar: BusinessCalendar, from instant: Instant, days: Int) {
        self.calendar = calendar
        self.instant = instant
        // Clocks that are put back at midnight show the end of the day before once more.
        date = calendar.zone.civil(at: instant).date.adding(days: -1)
        datesLeft = days + 2
    }

    mutating func next() -> Range<Instant>? {
        while true {
            if let piece = waiting.popFirst() {
                if piece.upperBound > instant { return piece }
                continue
            }
            guard datesLeft > 0 else { return nil }
            waiting = calendar.pieces(on: date)[...]
            date = date.adding(days: 1)
            datesLeft -= 1
        }
    }
}
