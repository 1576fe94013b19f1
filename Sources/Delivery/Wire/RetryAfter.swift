import Chronology

/// How long a far end asks to be left alone.
public enum RetryAfter {
    /// However long it asks for, a page is not held back for longer.
    public static let longest = Duration.hours(1)

    /// Whole or fractional seconds, or an HTTP date (RFC 9110 §10.2.3). What cannot be read is as if it had not been sent; a
    /// date that has passed means now.
    public static func read(_ text: String, now: Instant) -> Duration? {
        let wait: Duration
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        if let whole = parts.first, !whole.isEmpty,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
        {
            // More digits than a number holds is longer than any cap. A fraction counts as a whole second.
            let seconds = Int64(whole) ?? longest.wholeSeconds
            wait = .seconds(min(seconds, longest.wholeSeconds) + (parts.count > 1 ? 1 : 0))
        } else {
            guard let date = WireDate.parse(http: text, now: now) else { return nil }
            wait = date - now
        }
        return min(max(wait, .zero), longest)
    }
}

extension EgressAnswer {
    func retryAfter(now: Instant) -> Duration? { header("Retry-After").flatMap { RetryAfter.read($0, now: now) } }
}
