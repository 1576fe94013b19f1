import Chronology
import Notation

/// A time as a source wrote it.
enum WireTime {
    case absent
    case at(Instant)
    case unreadable(String, reason: String)

    /// Go's zero time, 0001-01-01T00:00:00Z, with which Alertmanager and amtool say "none".
    private static let zero = Instant(seconds: -62_135_596_800)

    /// Nothing, an empty text and Go's zero time mean that there is none.
    init(_ text: String?) {
        guard let text, !text.isEmpty else {
            self = .absent
            return
        }
        do {
            let instant = try Instant(wireTime: text)
            self = instant == Self.zero ? .absent : .at(instant)
        } catch {
            self = .unreadable(text, reason: error.reason)
        }
    }

    var instant: Instant? {
        if case .at(let instant) = self { return instant }
        return nil
    }
}
