import Chronology

/// What a page reads times with: the instant at which it is drawn, and the reader's zone.
///
/// Relative words ("4 min ago") are computed here and again by the page's script; the two must agree, so both follow
/// the rules written at `ago` and `span`.
public struct ClockFace: Sendable {
    /// When the page is drawn.
    public var now: Instant
    /// The reader's zone.
    public var zone: Zone

    public init(now: Instant, zone: Zone = .utc) {
        self.now = now
        self.zone = zone
    }

    /// `21 Nov 2026 03:12:04 UTC`: never without its zone.
    public func absolute(_ instant: Instant) -> String {
        instant.text(in: zone)
    }

    /// `03:12:04` in the reader's zone, for a list whose heading says the day and the zone.
    public func timeOfDay(_ instant: Instant) -> String {
        let time = zone.civil(at: instant).time
        return "\(ClockFace.two(time.hour)):\(ClockFace.two(time.minute)):\(ClockFace.two(time.second))"
    }

    /// `Saturday 21 Nov 2026` in the reader's zone.
    public func day(_ instant: Instant) -> String {
        let date = zone.civil(at: instant).date
        return "\(date.weekday.name) \(date.text)"
    }

    public func abbreviation(at instant: Instant) -> String {
        zone.offset(at: instant).abbreviation
    }

    /// RFC 3339 in UTC, whole seconds: what programs read from the page.
    public static func machine(_ instant: Instant) -> String {
        instant.rfc3339(fraction: .none)
    }

    /// `12 s ago`, `4 min ago`, `3 h 12 min ago`, `2 d 4 h ago`; `in 4 min` for what lies ahead; `now` within a second.
    public func ago(_ instant: Instant) -> String {
        let span = now - instant
        if span.wholeSeconds == 0 { return "now" }
        return span < .zero ? "in \(ClockFace.span(.zero - span))" : "\(ClockFace.span(span)) ago"
    }

    /// Two units at most, the second only where it still matters: `47 s`, `12 min`, `3 h 12 min`, `2 d 4 h`, `41 d`. A
    /// number is never parted from its unit.
    public static func span(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeSeconds)
        switch seconds {
        case ..<60: return "\(seconds)\u{A0}s"
        case ..<3_600: return "\(seconds / 60)\u{A0}min"
        case ..<86_400: return pair(seconds / 3_600, "h", seconds % 3_600 / 60, "min")
        case ..<864_000: return pair(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h")
        default: return "\(seconds / 86_400)\u{A0}d"
        }
    }

    /// A countdown that keeps its width while it runs: `03:20`, `1:03:20`, `2 d 4 h`.
    public static func countdown(_ duration: Duration) -> String {
        let seconds = max(0, duration.wholeSeconds)
        switch seconds {
        case ..<3_600: return "\(two(Int(seconds / 60))):\(two(Int(seconds % 60)))"
        case ..<86_400: return "\(seconds / 3_600):\(two(Int(seconds % 3_600 / 60))):\(two(Int(seconds % 60)))"
        default: return span(duration)
        }
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\u{A0}\(largeUnit)" : "\(large)\u{A0}\(largeUnit) \(small)\u{A0}\(smallUnit)"
    }

    private static func two(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
