/// Which instant a local time is, in a zone whose clocks are put forward and back.
public enum LocalResolution: Hashable, Sendable {
    /// The clocks show it once.
    case ordinary(Instant)
    /// The clocks are put forward past it and never show it. `after` is the first instant after the gap.
    case gap(after: Instant)
    /// The clocks are put back and show it twice; or more often, and then these are the first and the last time.
    case overlap(earlier: Instant, later: Instant)

    /// The instant at which something starts that is due then: after a gap, and at the earlier of two.
    public var start: Instant {
        switch self {
        case .ordinary(let instant): instant
        case .gap(let after): after
        case .overlap(let earlier, _): earlier
        }
    }

    /// The instant at which a window ends that lasts until then: after a gap, and at the later of two, so that a window
    /// is never shorter than its clock times say.
    public var windowEnd: Instant {
        switch self {
        case .ordinary(let instant): instant
        case .gap(let after): after
        case .overlap(_, let later): later
        }
    }
}

extension Zone {
    /// Which instant the zone's clocks show that date and time at.
    public func resolve(_ local: CivilDateTime) -> LocalResolution {
        let clock = local.clockSecond
        var first: Int64?
        var last: Int64?
        var afterGap: Int64?
        var period = period(at: clock - Self.reach)
        while true {
            let second = clock - Int64(period.offset.seconds)
            if second < period.start {
                // Only a period that begins with its clocks already past the time can end a gap; when the time was shown
                // before, this is an ordinary later period.
                if afterGap == nil { afterGap = period.start }
            } else if second < period.end {
                if first == nil { first = second }
                last = second
            }
            if period.end > clock + Self.reach { break }
            period = self.period(at: period.end)
        }
        if let first, let last {
            let earlier = instant(first, of: local)
            return first == last ? .ordinary(earlier) : .overlap(earlier: earlier, later: instant(last, of: local))
        }
        guard let afterGap else {
            preconditionFailure("clocks only ever run forward between changes, so a time never shown was jumped over")
        }
        return .gap(after: Instant(seconds: afterGap))
    }

    /// The instant at which something starts that is due at that local time; see `LocalResolution.start`.
    public func start(of local: CivilDateTime) -> Instant { resolve(local).start }

    /// The instant at which a window ends that lasts until that local time; see `LocalResolution.windowEnd`.
    public func windowEnd(of local: CivilDateTime) -> Instant { resolve(local).windowEnd }

    /// The first instant of that date on the zone's clocks: not midnight where the clocks jump over midnight, and the
    /// start of the next date where the whole date was left out.
    public func start(of date: CivilDate) -> Instant { start(of: CivilDateTime(date, .midnight)) }

    /// No offset is larger, RFC 9636 §3.2 (-24:59:59 to 25:59:59), so the instants of a local time lie within it.
    private static let reach: Int64 = 26 * 3_600

    private func instant(_ second: Int64, of local: CivilDateTime) -> Instant {
        Instant(microseconds: second * 1_000_000 + Int64(local.time.microsecond))
    }
}
