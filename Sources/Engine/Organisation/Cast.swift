import Notation
import Paging

/// Who stands for the names of a playbook: which people its targets and audiences are. A playbook says "the team lead"; the
/// organisation says who that is.
public struct Cast: Hashable, Sendable {
    /// Of one playbook there are fewer names, and of one name fewer people.
    static let maximumNames = 500
    static let maximumPeople = 200

    /// The playbook.
    public let id: String
    public let names: [String: [EscalationPlan.Target]]

    public static func empty(_ id: String) -> Cast { Cast(id: id, names: [:]) }

    public init(id: String, names: [String: [EscalationPlan.Target]]) {
        self.id = id
        self.names = names
    }

    public subscript(name: String) -> [EscalationPlan.Target] { names[name] ?? [] }
}

extension Cast {
    init(_ id: String, _ json: JSON) throws(InputFault) {
        guard let members = json["names"]?.members else {
            throw InputFault(at: "/names", "an object is expected: for each name of the playbook a list of people")
        }
        guard members.count <= Self.maximumNames else {
            throw InputFault(at: "/names", "a playbook has at most \(Self.maximumNames) names")
        }
        var names: [String: [EscalationPlan.Target]] = [:]
        for member in members {
            let place = "/names/\(member.name)"
            guard let elements = member.value.array else {
                throw InputFault(at: place, "a list of people is expected, such as [\"user:usr_1\"]")
            }
            guard elements.count <= Self.maximumPeople else {
                throw InputFault(at: place, "a name stands for at most \(Self.maximumPeople) people")
            }
            var targets: [EscalationPlan.Target] = []
            for (index, element) in elements.enumerated() {
                guard let text = element.string else {
                    throw InputFault(at: "\(place)/\(index)", "a text is expected: user:ID or administrators")
                }
                let target = try EscalationPlan.Target(text: text, at: "\(place)/\(index)")
                if !targets.contains(target) { targets.append(target) }
            }
            names[member.name] = targets
        }
        self.init(id: id, names: names)
    }

    public var json: JSON {
        let members = names.sorted { $0.key < $1.key }.map { name, targets in
            JSON.Member(name, .array(targets.map { .string($0.text) }))
        }
        return ["names": .object(members)]
    }
}
