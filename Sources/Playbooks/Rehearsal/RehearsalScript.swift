import Chronology
import Notation

/// What happens in a rehearsed incident besides the passing of time, line by line: `+10m acknowledge`, `18:00 progress`,
/// `2024-03-08T19:00:00-05:00 severity SEV-1`. Empty lines and lines that begin with `#` say nothing.
public struct RehearsalScript: Hashable, Sendable {
    public enum Act: Hashable, Sendable {
        case severity(ElementID<Playbook.Severity>)
        case status(ElementID<Playbook.Status>)
        case update(ElementID<Playbook.Audience>)
        case role(ElementID<Playbook.Role>)
        case settle(Obligation.ID)
        case waive(Obligation.ID, why: String)
        case happen(IncidentEventName)
    }

    public struct Step: Hashable, Sendable {
        public let at: Instant
        public let act: Act
        public let line: Int
    }

    /// Lines of a script; a rehearsal is one incident.
    public static let lineLimit = 1_000

    /// In the order of time; of one instant, in the order of the text.
    public let steps: [Step]

    public static let empty = RehearsalScript([])

    private init(_ steps: [Step]) { self.steps = steps }

    /// Times of day are those of the zone, on the day of the start or, when that is past, on the next one. Throws with the
    /// number of the line.
    public init(
        _ text: String, from start: Instant, zone: Zone, under playbook: Playbook
    ) throws(InputFault) {
        var steps: [Step] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Self.lineLimit else {
            throw InputFault(at: "line \(Self.lineLimit + 1)", "a script has at most \(Self.lineLimit) lines")
        }
        for (index, line) in lines.enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            let place = "line \(index + 1)"
            guard words.count > 1 else { throw InputFault(at: place, "what happens is missing behind \"\(first)\"") }
            let instant = try Self.instant(first, from: start, zone: zone, at: place)
            let act = try Self.act(Array(words.dropFirst()), under: playbook, at: place)
            steps.append(Step(at: instant, act: act, line: index + 1))
        }
        // Sorting is stable only by the number of the line.
        self.init(steps.sorted { ($0.at, $0.line) < ($1.at, $1.line) })
    }

    // MARK: Leaves

    private static func instant(
        _ word: String, from start: Instant, zone: Zone, at place: String
    ) throws(InputFault) -> Instant {
        if word.hasPrefix("+") {
            do throws(TimeNotationFault) {
                return start + (try Duration(notation: String(word.dropFirst())))
            } catch {
                throw InputFault(at: place, "\"\(word)\": \(error.reason)")
            }
        }
        let digits = word.split(separator: ":", omittingEmptySubsequences: false)
        if digits.count == 2, let hour = Int(digits[0]), let minute = Int(digits[1]) {
            do throws(TimeFault) {
                let time = try LocalTime(hour: hour, minute: minute)
                let date = zone.civil(at: start).date
                let today = zone.start(of: CivilDateTime(date, time))
                return today >= start ? today : zone.start(of: CivilDateTime(date.adding(days: 1), time))
            } catch {
                throw InputFault(at: place, "\"\(word)\": \(error.reason)")
            }
        }
        let instant: Instant
        do throws(TimeFault) {
            instant = try Instant(rfc3339: word)
        } catch {
            throw InputFault(
                at: place, "\"\(word)\" is not a time: \(error.reason). Write +10m, 18:00 or 2026-01-31T18:00:00Z")
        }
        guard instant >= start else {
            throw InputFault(at: place, "\"\(word)\" is before the incident is declared")
        }
        return instant
    }

    private static func act(
        _ words: [String], under playbook: Playbook, at place: String
    ) throws(InputFault) -> Act {
        let rest = words.dropFirst().joined(separator: " ")
        func one<Element>(_ what: String, _ known: [ElementID<Element>]) throws(InputFault) -> ElementID<Element> {
            guard let id = known.first(where: { $0.text == rest }) else {
                throw InputFault(
                    at: place, "\"\(rest)\" is not \(what): \(known.map(\.text).joined(separator: ", "))")
            }
            return id
        }
        switch words[0] {
        case "severity": return .severity(try one("a severity of the playbook", playbook.ladder))
        case "status": return .status(try one("a status of the playbook", playbook.statuses.map(\.id)))
        case "update": return .update(try one("an audience of the playbook", playbook.audiences.map(\.id)))
        case "role": return .role(try one("a role of the playbook", playbook.roles.map(\.id)))
        case "done": return .settle(Obligation.ID(rest))
        case "waive":
            guard words.count > 2 else { throw InputFault(at: place, "say why: waive OBLIGATION REASON") }
            return .waive(Obligation.ID(words[1]), why: words.dropFirst(2).joined(separator: " "))
        case "acknowledge": return .happen(.acknowledged)
        case "respond": return .happen(.responding)
        case "progress": return .happen(.progressNoted)
        case "mitigate": return .happen(.mitigated)
        case "deploy-fix": return .happen(.fixDeployed)
        case "resolve": return .happen(.resolved)
        case "close": return .happen(.closed)
        case "schedule-review": return .happen(.reviewScheduled)
        case "hold-review": return .happen(.reviewHeld)
        case "publish-review": return .happen(.reviewPublished)
        default:
            throw InputFault(
                at: place,
                "\"\(words[0])\" is not known here. Known are severity, status, update, role, done, waive, acknowledge, respond, "
                    + "progress, mitigate, deploy-fix, resolve, close, schedule-review, hold-review, publish-review")
        }
    }
}
