import Chronology
import Logging
import Notation

/// Writes one JSON object a record to standard error. Text that came from outside cannot start a line of its own, reach a
/// terminal as a control sequence or turn writing around, and what looks like one of our secrets is struck out (S70): a
/// record is never the place where a token is found.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let label: String

    /// A record is for reading; what is longer was meant for somewhere else.
    static let longestText = 4_096

    init(label: String, level: Logger.Level) {
        self.label = label
        self.logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let given = event.metadata { all.merge(given) { $1 } }
        var writer = JSONWriter(reserving: 512)
        writer.object { writer in
            writer.member("at", SystemClock.now().rfc3339())
            writer.member("level", event.level.rawValue)
            writer.member("room", label)
            writer.member("message", Self.clean(event.message.description))
            if let error = event.error { writer.member("error", Self.clean("\(error)")) }
            for (key, value) in all.sorted(by: { $0.key < $1.key }) where !Self.ownMembers.contains(key) {
                writer.member(Self.clean(key), Self.isSecret(key) ? "***" : Self.clean("\(value)"))
            }
        }
        Terminal.write(writer.text + "\n", to: 2)
    }

    private static let ownMembers: Set<String> = ["at", "level", "room", "message", "error"]
    private static let secretWords = ["password", "secret", "token", "authorization", "cookie"]

    private static func isSecret(_ key: String) -> Bool {
        let key = key.lowercased()
        return secretWords.contains { key.contains($0) }
    }

    // MARK: Text

    /// Shortened, with our own secrets struck out and everything invisible made visible.
    static func clean(_ text: String) -> String {
        var cleaned = ""
        for scalar in redacted(String(text.prefix(longestText))).unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse:
                if scalar == "\n" || scalar == "\t" {
                    cleaned.unicodeScalars.append(scalar)
                } else {
                    cleaned += "\\u{\(String(scalar.value, radix: 16))}"
                }
            default: cleaned.unicodeScalars.append(scalar)
            }
        }
        return cleaned
    }

    /// Strikes out tokens (`tcs_…`), signing keys (`whsec_…`), sealing keys (`tsk1_…`) and the key in an intake path (`/in/KEY`).
    private static func redacted(_ text: String) -> String {
        var text = text
        for (marker, more) in [("tcs_", "_"), ("whsec_", "+/="), ("tsk1_", "-_"), ("/in/", "")] {
            var searched = text.startIndex
            while let found = text[searched...].firstRange(of: marker) {
                let offset = text.utf8.distance(from: text.startIndex, to: found.upperBound)
                let end =
                    text[found.upperBound...].firstIndex {
                        !($0.isASCII && ($0.isLetter || $0.isNumber) || more.contains($0))
                    } ?? text.endIndex
                if text[found.upperBound..<end].utf8.count >= shortestSecret {
                    text.replaceSubrange(found.upperBound..<end, with: "***")
                }
                searched = text.utf8.index(text.startIndex, offsetBy: offset)
            }
        }
        return text
    }

    /// All of ours are longer; words of a path are shorter.
    private static let shortestSecret = 16
}
