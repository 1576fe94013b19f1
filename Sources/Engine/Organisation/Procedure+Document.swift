import Incidents
import Notation

extension Procedure {
    /// Reads a playbook's document. Faults are placed by JSON pointer.
    init(_ id: String, version: Int, _ json: JSON) throws(InputFault) {
        var steps: [Ladder.Step] = []
        for (index, element) in try json.elements("severities").enumerated() {
            guard let rank = element["rank"]?.integer, let label = element["label"]?.string, !label.isEmpty else {
                throw InputFault(at: "/severities/\(index)", "a severity has a rank and a label")
            }
            steps.append(
                Ladder.Step(
                    Severity(rank: Int(rank), label: label), meaning: element["meaning"]?.string ?? "",
                    words: (element["words"]?.array ?? []).compactMap(\.string)))
        }
        var statuses: [StatusLabel] = []
        for (index, element) in try json.elements("statuses").enumerated() {
            guard let state = IncidentStatus(rawValue: element["state"]?.string ?? "") else {
                throw InputFault(
                    at: "/statuses/\(index)/state",
                    "a state is one of \(IncidentStatus.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            statuses.append(StatusLabel(state, label: element["label"]?.string ?? state.rawValue))
        }
        for needed in [IncidentStatus.declared, .resolved, .closed]
        where !statuses.contains(where: { $0.status == needed }) {
            throw InputFault(at: "/statuses", "a playbook has the state \(needed.rawValue)")
        }
        var roles: [Role] = []
        for (index, element) in try json.elements("roles").enumerated() {
            guard let role = element["id"]?.string, !role.isEmpty else {
                throw InputFault(at: "/roles/\(index)/id", "a role has an id")
            }
            roles.append(Role(id: role, label: element["label"]?.string ?? role))
        }
        guard !roles.isEmpty else { throw InputFault(at: "/roles", "a playbook has at least the role of who leads") }
        self.init(
            id: id, version: version, name: try json.name("name"), ladder: try Ladder(steps: steps), statuses: statuses,
            roles: roles, keyPattern: try KeyPattern(try json.text("key")))
    }

    /// The document of the procedure for a team that has none written down: seeded at the first start, and theirs from
    /// then on.
    static let starterDocument: JSON = [
        "name": "Starter", "key": "INC-{date}-{seq:3}",
        "severities": [
            [
                "rank": 0, "label": "SEV1", "meaning": "The service is down or data is at risk for everybody.",
                "words": ["critical", "page", "emergency", "fatal", "P1"],
            ],
            [
                "rank": 1, "label": "SEV2", "meaning": "An important part is broken or badly slow for many.",
                "words": ["error", "high", "major", "P2"],
            ],
            [
                "rank": 2, "label": "SEV3", "meaning": "A part is impaired; there is a way around it.",
                "words": ["warning", "medium", "minor", "P3"],
            ],
            [
                "rank": 3, "label": "SEV4", "meaning": "Little or no impact; it can wait for working hours.",
                "words": ["info", "notice", "low", "none", "P4", "P5"],
            ],
        ],
        "statuses": [
            ["state": "declared", "label": "Declared"], ["state": "investigating", "label": "Investigating"],
            ["state": "identified", "label": "Identified"], ["state": "mitigating", "label": "Mitigating"],
            ["state": "monitoring", "label": "Monitoring"], ["state": "resolved", "label": "Resolved"],
            ["state": "closed", "label": "Closed"], ["state": "cancelled", "label": "Cancelled"],
        ],
        "roles": [
            ["id": "incident-commander", "label": "Incident commander"], ["id": "tech-lead", "label": "Tech lead"],
            ["id": "communications-lead", "label": "Communications lead"], ["id": "scribe", "label": "Scribe"],
        ],
    ]

    static let starter: Procedure = {
        do throws(InputFault) {
            return try Procedure("starter", version: 1, starterDocument)
        } catch {
            preconditionFailure("The built-in starter procedure is broken at \(error.place): \(error.reason).")
        }
    }()
}
