import Chronology
import Incidents
import Notation
import Playbooks

/// One version of a playbook, as incidents follow it. It never changes: another text is another version.
public struct Edition: Hashable, Sendable {
    public enum Origin: String, Hashable, Sendable {
        /// It came with the binary.
        case builtIn = "built-in"
        case uploaded
    }

    public let id: String
    /// That of the document; 0 for one of the binary's that nobody has used or changed yet.
    public let version: Int64
    public let origin: Origin
    /// The document as it was written.
    public let text: String
    public let playbook: Playbook
    /// Ladder, words, roles and key: what an incident needs of it at every step.
    public let procedure: Procedure
}

extension Edition {
    /// Throws a fault with the place in the text where the document is no playbook.
    init(
        _ id: String, version: Int64, origin: Origin, text: String, zone: @escaping @Sendable (String) -> Zone?
    ) throws(InputFault) {
        let reading = Playbook.read(Array(text.utf8), zone: zone)
        guard let playbook = reading.playbook else {
            let faults = reading.errors.prefix(Self.shownFaults).map(\.description)
            let rest = reading.errors.count - faults.count
            throw InputFault(
                at: "/yaml", (faults + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "\n"))
        }
        guard playbook.id.text == id else {
            throw InputFault(at: "/yaml", "the document calls itself \"\(playbook.id)\", not \"\(id)\"")
        }
        self.init(
            id: id, version: version, origin: origin, text: text, playbook: playbook,
            procedure: try Procedure(playbook, version: Int(version)))
    }

    /// As many as somebody mends in one go.
    private static let shownFaults = 20
}

extension Procedure {
    /// What the incident's own rules need of a playbook. A state that every incident passes and that the playbook does not
    /// name keeps the kernel's word.
    init(_ playbook: Playbook, version: Int) throws(InputFault) {
        let steps = playbook.severities.enumerated().map { rank, severity in
            Ladder.Step(
                Incidents.Severity(rank: rank, label: severity.id.text), meaning: severity.meaning,
                words: severity.words)
        }
        var statuses: [StatusLabel] = []
        for status in playbook.statuses {
            guard let state = IncidentStatus(rawValue: status.state.rawValue) else { continue }
            statuses.append(StatusLabel(state, label: status.label, id: status.id.text))
        }
        for state in [IncidentStatus.declared, .resolved, .closed, .cancelled]
        where !statuses.contains(where: { $0.status == state }) {
            let label = state.rawValue
            statuses.append(StatusLabel(state, label: label.prefix(1).uppercased() + label.dropFirst()))
        }
        self.init(
            id: playbook.id.text, version: version, name: playbook.title, ladder: try Ladder(steps: steps),
            statuses: statuses,
            roles: playbook.roles.map { Role(id: $0.id.text, label: $0.title, most: $0.count.most) },
            keyPattern: try KeyPattern(playbook.naming.key.text), keyZone: playbook.naming.keyZone ?? playbook.zone)
    }
}
