import Chronology

/// A condition on an incident, as playbooks write it: `severity at least SEV-2 and customer-facing`.
///
/// Data, not code: it can be printed in plain words, compared, and asked when it will turn true. Severities are
/// compared by rank, and `at least` means as bad or worse (X1).
public struct Guard: Hashable, Sendable {
    public let expression: Expression

    public init(_ expression: Expression) {
        self.expression = expression
    }

    public static let always = Guard(.always)

    public indirect enum Expression: Hashable, Sendable {
        case always
        case condition(Condition)
        case not(Expression)
        /// Two or more, none of them an `all` itself.
        case all([Expression])
        /// Two or more, none of them an `any` itself.
        case any([Expression])
    }

    public enum Condition: Hashable, Sendable {
        /// As bad as that or worse.
        case severityAtLeast(ElementID<Playbook.Severity>)
        /// As bad as that or milder.
        case severityAtMost(ElementID<Playbook.Severity>)
        case severity(in: [ElementID<Playbook.Severity>])
        case type(in: [ElementID<Playbook.IncidentType>])
        case status(in: [ElementID<Playbook.Status>])
        case kind(in: [IncidentKind])
        case service(in: [String])
        /// Declared, and neither resolved nor ended.
        case active
        /// Active, and so long after the declaration.
        case activeFor(Duration)
        /// The public has been told of it.
        case isPublic
        /// A yes-no field that was answered with yes.
        case yes(ElementID<Playbook.Field>)
        /// A field with one of those values; of a field with several values, one of them is enough.
        case field(ElementID<Playbook.Field>, in: [String])
        /// A percentage compared with a field that is a plain number means its share of what the field is counted of.
        case amount(ElementID<Playbook.Field>, Comparison, Amount)
    }

    /// Both hold; `always` leaves the other alone.
    public func and(_ other: Guard) -> Guard {
        switch (expression, other.expression) {
        case (.always, _): other
        case (_, .always): self
        case (.all(let some), .all(let more)): Guard(.all(some + more))
        case (.all(let some), let one): Guard(.all(some + [one]))
        case (let one, .all(let more)): Guard(.all([one] + more))
        case (let one, let another): one == another ? self : Guard(.all([one, another]))
        }
    }

    /// The fields that it asks for, each once, in the order of the text.
    public var fields: [ElementID<Playbook.Field>] {
        var found: [ElementID<Playbook.Field>] = []
        for condition in conditions {
            switch condition {
            case .yes(let id), .field(let id, _), .amount(let id, _, _): if !found.contains(id) { found.append(id) }
            case .severityAtLeast, .severityAtMost, .severity, .type, .status, .kind, .service, .active, .activeFor,
                .isPublic:
                continue
            }
        }
        return found
    }

    /// In the order of the text.
    public var conditions: [Condition] { Self.conditions(expression) }

    private static func conditions(_ expression: Expression) -> [Condition] {
        switch expression {
        case .always: []
        case .condition(let condition): [condition]
        case .not(let inner): conditions(inner)
        case .all(let parts), .any(let parts): parts.flatMap(conditions)
        }
    }
}

/// The names that a guard may use.
public struct GuardNames: Sendable {
    public var severities: [String]
    public var types: [String]
    public var statuses: [String]
    public var fields: [String: Field]

    public struct Field: Hashable, Sendable {
        public let kind: Playbook.Field.Kind
        /// Of a choice; empty where any word may stand.
        public let choices: [String]

        public init(_ kind: Playbook.Field.Kind, choices: [String] = []) {
            self.kind = kind
            self.choices = choices
        }
    }

    public init(severities: [String] = [], types: [String] = [], statuses: [String] = [], fields: [String: Field] = [:])
    {
        self.severities = severities
        self.types = types
        self.statuses = statuses
        self.fields = fields
    }
}

/// What is wrong with the text of a guard. `offset` counts Unicode scalars from 0.
public struct GuardFault: Error, Hashable, Sendable {
    public let offset: Int
    public let reason: String
}
