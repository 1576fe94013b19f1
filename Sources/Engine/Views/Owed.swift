import Chronology
import Incidents
import Notation
import Playbooks
import Storage

/// Something that an open incident owes.
public struct Owed: Sendable {
    /// The incident's key.
    public let incident: String
    public let obligation: Obligation

    /// More open incidents than that are not looked at: nobody can act on more.
    private static let incidentLimit = 200

    /// Everything that is pending in incidents that are not closed, the most urgent first.
    public static func everywhere(
        organisation: Organisation, shelf: PlaybookShelf, at now: Instant, on connection: any Connection
    ) throws -> [Owed] {
        var filter = IncidentFilter()
        filter.isOpen = true
        filter.limit = incidentLimit
        var found: [Owed] = []
        for summary in try IncidentQueries.list(filter, on: connection) {
            guard let incident = try IncidentQueries.incident(summary.id, on: connection),
                let edition = try organisation.edition(of: incident, shelf: shelf, on: connection)
            else { continue }
            found += edition.agenda(of: incident, in: organisation, at: now).pending.map {
                Owed(incident: incident.key, obligation: $0)
            }
        }
        return found.sorted { left, right in
            let (one, other) = (left.obligation.target ?? .distantFuture, right.obligation.target ?? .distantFuture)
            return (one, left.incident, left.obligation.id) < (other, right.incident, right.obligation.id)
        }
    }
}

extension Instant {
    /// Behind everything that has a time.
    fileprivate static let distantFuture = Instant(microseconds: .max)
}

extension Edition {
    /// Everything that the incident owes under this version at that time.
    public func agenda(of incident: Incident, in organisation: Organisation, at now: Instant) -> Agenda {
        Agenda(of: Course(incident, under: playbook, in: organisation), under: playbook, at: now)
    }

    /// The severity that these answers suggest. Refuses answers that the fields do not allow.
    public func suggestion(
        for answers: [IncidentEvent.Answer], service: String?, at now: Instant
    ) throws(Refusal) -> SeveritySuggestion? {
        var texts: [String: String] = [:]
        for answer in try playbook.checked(answers) where !answer.text.isEmpty { texts[answer.field] = answer.text }
        return playbook.suggestion(
            type: texts["type"].map { ElementID($0) }, service: service, fields: playbook.values(of: texts), at: now)
    }
}
