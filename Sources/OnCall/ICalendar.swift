import Chronology

/// Events as a calendar program subscribes to them (RFC 5545). Times are in UTC, so that no program has to know our zones.
public struct ICalendar: Hashable, Sendable {
    public struct Event: Hashable, Sendable {
        /// Stays the same while it is the same shift, so that a program changes its entry instead of making another.
        public let uid: String
        public let span: TimeSpan
        public let summary: String
        public let description: String

        public init(uid: String, _ span: TimeSpan, summary: String, description: String) {
            self.uid = uid
            self.span = span
            self.summary = summary
            self.description = description
        }
    }

    public let name: String
    public let events: [Event]
    /// When it was put together.
    public let made: Instant

    public init(name: String, events: [Event], made: Instant) {
        self.name = name
        self.events = events
        self.made = made
    }

    public var text: String {
        var lines = [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Tocsin//On call//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
            // The first is what programs read, the second what the standard came to say (RFC 7986 §5.1).
            "X-WR-CALNAME:" + Self.escaped(name), "NAME:" + Self.escaped(name),
            "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H",
        ]
        for event in events {
            lines += [
                "BEGIN:VEVENT", "UID:" + Self.escaped(event.uid), "DTSTAMP:" + Self.time(made),
                "DTSTART:" + Self.time(event.span.start), "DTEND:" + Self.time(event.span.end),
                "SUMMARY:" + Self.escaped(event.summary), "DESCRIPTION:" + Self.escaped(event.description),
                "TRANSP:TRANSPARENT", "END:VEVENT",
            ]
        }
        lines.append("END:VCALENDAR")
        return lines.map { Self.folded($0) + "\r\n" }.joined()
    }

    /// `20260131T180000Z`.
    private static func time(_ instant: Instant) -> String {
        instant.rfc3339(fraction: .none).filter { $0 != "-" && $0 != ":" }
    }

    /// RFC 5545 §3.3.11. Other control characters are not allowed in a text and are left out.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case ";": escaped += "\\;"
            case ",": escaped += "\\,"
            case "\n": escaped += "\\n"
            case "\0"..."\u{1f}", "\u{7f}": continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A line has at most 75 octets; the next one begins with a space (§3.1). No character is cut in two.
    private static func folded(_ line: String) -> String {
        guard line.utf8.count > limit else { return line }
        var folded = ""
        var length = 0
        for scalar in line.unicodeScalars {
            let size = UTF8.width(scalar)
            if length + size > limit {
                folded += "\r\n "
                length = 1
            }
            folded.unicodeScalars.append(scalar)
            length += size
        }
        return folded
    }

    private static let limit = 75
}
