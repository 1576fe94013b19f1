/// When a clock stands still: while a vendor is waited for (S1-26), while an incident is parked. Nothing falls due then,
/// and the time does not count.
public struct Pauses: Hashable, Sendable {
    /// Those that are over: in order, none empty, none touching another.
    public let past: [Range<Instant>]
    /// When the one began that is not over; nil when the clock runs. All of `past` is before it.
    public let openSince: Instant?

    public static let none = Pauses()

    /// Takes them in any order; pauses that meet or overlap are one, and what lies after the beginning of the open one
    /// is part of it.
    public init(_ past: [Range<Instant>] = [], openSince: Instant? = nil) {
        var merged: [Range<Instant>] = []
        for pause in past.sorted(by: { $0.lowerBound < $1.lowerBound }) where !pause.isEmpty {
            if let last = merged.last, pause.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, pause.upperBound)
            } else {
                merged.append(pause)
            }
        }
        var since = openSince
        while let open = since, let last = merged.last, last.upperBound >= open {
            since = min(open, last.lowerBound)
            merged.removeLast()
        }
        self.past = merged
        self.openSince = since
    }
}
