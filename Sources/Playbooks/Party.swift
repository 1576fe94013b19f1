/// Somebody or something that is paged, told, asked, or owes something.
public enum Party: Hashable, Sendable {
    case role(ElementID<Playbook.Role>)
    case target(ElementID<Playbook.Target>)
    case audience(ElementID<Playbook.Audience>)
    /// Whoever declared the incident.
    case declarer
}

extension Party: CustomStringConvertible {
    /// As it is read again, wherever it stands.
    public var description: String {
        switch self {
        case .role(let id): "role(\(id))"
        case .target(let id): "target(\(id))"
        case .audience(let id): "audience(\(id))"
        case .declarer: "declarer"
        }
    }
}

/// How many may have a role at the same time.
public struct Cardinality: Hashable, Sendable {
    public let least: Int
    /// Nil: any number.
    public let most: Int?

    public init(_ least: Int, most: Int?) {
        self.least = least
        self.most = most
    }

    public static let one = Cardinality(1, most: 1)
}

extension Cardinality: CustomStringConvertible {
    public var description: String { most == least ? "\(least)" : "\(least)..\(most.map(String.init) ?? "n")" }
}

/// How many of those named have to agree.
public enum Quorum: Hashable, Sendable {
    case all
    case number(Int)
}

/// What is created elsewhere for an incident.
public enum Creation: Hashable, Sendable {
    /// A ticket, wherever the organisation keeps them.
    case ticket
    case integration(ElementID<Playbook.Integration>)
}

/// A bound that a measured value has to keep, `error-rate < 0.5%`. A metric that no field of the playbook has is read
/// by a person.
public struct MetricCondition: Hashable, Sendable {
    public let metric: String
    public let comparison: Comparison
    public let bound: Measure

    public init(_ metric: String, _ comparison: Comparison, _ bound: Measure) {
        self.metric = metric
        self.comparison = comparison
        self.bound = bound
    }
}

extension MetricCondition: CustomStringConvertible {
    public var description: String { "\(metric) \(comparison.rawValue) \(bound.text)" }
}
