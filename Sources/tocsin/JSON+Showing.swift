import ArgumentParser
import Chronology
import Notation

/// Members of the API's answers as they are shown to people. What is missing or null is shown as nothing.
extension JSON {
    var items: [JSON] { self["items"]?.array ?? [] }

    func shown(_ name: String) -> String {
        switch self[name] {
        case .string(let text): Wording.oneLine(text)
        case .integer(let number): "\(number)"
        case .bool(let flag): flag ? "yes" : "no"
        case .double(let number): "\(number)"
        case .null, .array, .object, nil: ""
        }
    }

    var severityLabel: String { self["severity"]?.shown("label") ?? "" }

    private func instant(_ name: String) -> Instant? {
        guard let text = self[name]?.string else { return nil }
        // A time that cannot be read is of a newer server; it is left out rather than guessed at.
        return try? Instant(rfc3339: text)
    }

    /// `4 min ago`.
    func ago(_ name: String, _ now: Instant) -> String { instant(name).map { Wording.ago($0, now) } ?? "" }

    /// `21 Nov 2026 10:00:00 UTC (4 min ago)`.
    func when(_ name: String, _ now: Instant) -> String {
        instant(name).map { "\($0.text(in: .utc)) (\(Wording.ago($0, now)))" } ?? ""
    }

    /// An entry of a timeline on one line: when, who, what, and its detail.
    var timelineLine: String {
        let at = instant("at")?.text(in: .utc) ?? shown("at")
        let who = self["actorName"]?.string.map(Wording.oneLine) ?? shown("actor")
        let detail = self["detail"]?.string.map { " – \(Wording.oneLine($0))" } ?? ""
        return "\(at)  \(who): \(shown("sentence"))\(detail)"
    }

    /// What an acknowledgement of an alert or a page came to.
    var acknowledgementLine: String {
        if self["first"]?.bool == true { return "Taken: \(shown("title"))" }
        let who = self["acknowledgedByName"]?.string.map(Wording.oneLine) ?? shown("acknowledgedBy")
        return "\(who) had it already (\(ago("acknowledgedAt", SystemClock.now()))): \(shown("title"))"
    }

    /// Says that a list goes on.
    var more: String {
        guard let next = self["next"]?.string else { return "" }
        return "\nThere are more: --after \(Wording.oneLine(next))"
    }
}

extension [(String, String?)] {
    /// Those that have a value.
    var given: [(String, String)] { compactMap { name, value in value.map { (name, $0) } } }

    var members: [JSON.Member] { given.map { JSON.Member($0.0, .string($0.1)) } }
}

/// Which part of a long list.
struct PageOptions: ParsableArguments {
    @Option(help: "At most so many.")
    var limit: Int?

    @Option(help: "Those after this one, as the end of the list before says.")
    var after: String?

    var query: [(String, String)] { [("limit", limit.map { "\($0)" }), ("after", after)].given }
}
