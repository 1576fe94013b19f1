import Chronology

/// What a guard is asked about: an incident as it is known at some time.
public struct GuardFacts: Sendable {
    /// Worst first. A severity that is not among them is worse and milder than none.
    public var ladder: [ElementID<Playbook.Severity>]
    /// Nil while nobody has said.
    public var severity: ElementID<Playbook.Severity>?
    public var type: ElementID<Playbook.IncidentType>?
    /// The ids of the status that it has: the label's, and the kernel state's.
    public var statuses: [ElementID<Playbook.Status>]
    public var kind: IncidentKind
    public var service: String?
    public var fields: [ElementID<Playbook.Field>: FieldValue]
    /// Nil while it is only reported.
    public var declaredAt: Instant?
    /// Declared, and neither resolved nor ended.
    public var isActive: Bool
    /// The status page shows it, or an audience outside was told.
    public var isPublic: Bool

    public init(
        ladder: [ElementID<Playbook.Severity>], severity: ElementID<Playbook.Severity>? = nil,
        type: ElementID<Playbook.IncidentType>? = nil, statuses: [ElementID<Playbook.Status>] = [],
        kind: IncidentKind = .real, service: String? = nil, fields: [ElementID<Playbook.Field>: FieldValue] = [:],
        declaredAt: Instant? = nil, isActive: Bool = false, isPublic: Bool = false
    ) {
        self.ladder = ladder
        self.severity = severity
        self.type = type
        self.statuses = statuses
        self.kind = kind
        self.service = service
        self.fields = fields
        self.declaredAt = declaredAt
        self.isActive = isActive
        self.isPublic = isPublic
    }
}

/// The answer to a field, as guards see it. A field without an answer has none.
public enum FieldValue: Hashable, Sendable {
    case yes(Bool)
    case text(String)
    case several([String])
    /// `of` is what it is counted of, where that is known: 1,200 users of 10,000.
    case amount(Amount, of: Amount?)
}

/// What a guard says of an incident.
public enum GuardVerdict: Hashable, Sendable {
    case yes
    /// It does not hold. `unanswered` names what nobody has said yet and what could make it hold; a guard over
    /// unanswered questions is not taken to hold, and the question is worth asking.
    case no(unanswered: [String])
    /// It does not hold, and will from that instant on if nothing else changes.
    case notYet(Instant)
}

extension Guard {
    public func verdict(_ facts: GuardFacts, at now: Instant) -> GuardVerdict {
        switch Self.truth(expression, facts, at: now) {
        case .yes: return .yes
        case .no, .unknown: break
        }
        for instant in turns(facts, after: now) {
            if case .yes = Self.truth(expression, facts, at: instant) { return .notYet(instant) }
        }
        if case .unknown(let names) = Self.truth(expression, facts, at: now) { return .no(unanswered: names) }
        return .no(unanswered: [])
    }

    /// Whether it holds; what is unanswered counts as not holding.
    public func holds(_ facts: GuardFacts, at now: Instant) -> Bool { verdict(facts, at: now) == .yes }

    /// The instants after `now` at which time alone changes one of its conditions, in order. Between them it cannot
    /// change unless the facts do.
    public func turns(_ facts: GuardFacts, after now: Instant) -> [Instant] {
        guard facts.isActive, let declaredAt = facts.declaredAt else { return [] }
        var turns: [Instant] = []
        for case .activeFor(let duration) in conditions {
            let instant = declaredAt + duration
            if instant > now, !turns.contains(instant) { turns.append(instant) }
        }
        return turns.sorted()
    }

    // MARK: Three values

    /// Kleene's logic: what nobody has said is neither true nor false, and so is its opposite.
    private enum Truth {
        case yes, no
        case unknown([String])

        init(_ flag: Bool) { self = flag ? .yes : .no }
    }

    private static func truth(_ expression: Expression, _ facts: GuardFacts, at now: Instant) -> Truth {
        switch expression {
        case .always: return .yes
        case .condition(let condition): return truth(condition, facts, at: now)
        case .not(let inner):
            switch truth(inner, facts, at: now) {
            case .yes: return .no
            case .no: return .yes
            case .unknown(let names): return .unknown(names)
            }
        case .all(let parts):
            var names: [String] = []
            for part in parts {
                switch truth(part, facts, at: now) {
                case .yes: continue
                case .no: return .no
                case .unknown(let more): names += more.filter { !names.contains($0) }
                }
            }
            return names.isEmpty ? .yes : .unknown(names)
        case .any(let parts):
            var names: [String] = []
            for part in parts {
                switch truth(part, facts, at: now) {
                case .yes: return .yes
                case .no: continue
                case .unknown(let more): names += more.filter { !names.contains($0) }
                }
            }
            return names.isEmpty ? .no : .unknown(names)
        }
    }

    private static func truth(_ condition: Condition, _ facts: GuardFacts, at now: Instant) -> Truth {
        switch condition {
        case .severityAtLeast(let bound): return rank(facts, bound) { $0 <= $1 }
        case .severityAtMost(let bound): return rank(facts, bound) { $0 >= $1 }
        case .severity(let ids): return facts.severity.map { Truth(ids.contains($0)) } ?? .unknown(["severity"])
        case .type(let ids): return facts.type.map { Truth(ids.contains($0)) } ?? .unknown(["type"])
        case .status(let ids): return Truth(facts.statuses.contains(where: ids.contains))
        case .kind(let kinds): return Truth(kinds.contains(facts.kind))
        case .service(let names): return facts.service.map { Truth(names.contains($0)) } ?? .unknown(["service"])
        case .active: return Truth(facts.isActive)
        case .isPublic: return Truth(facts.isPublic)
        case .activeFor(let duration):
            guard facts.isActive, let declaredAt = facts.declaredAt else { return .no }
            return Truth(now >= declaredAt + duration)
        case .yes(let id):
            guard case .yes(let flag)? = facts.fields[id] else { return .unknown([id.text]) }
            return Truth(flag)
        case .field(let id, let values):
            switch facts.fields[id] {
            case .text(let text): return Truth(values.contains(text))
            case .several(let texts): return Truth(texts.contains(where: values.contains))
            case .yes, .amount, nil: return .unknown([id.text])
            }
        case .amount(let id, let comparison, let bound):
            guard case .amount(let amount, let whole)? = facts.fields[id] else { return .unknown([id.text]) }
            return compare(amount, of: whole, comparison, bound).map { Truth($0) } ?? .unknown([id.text])
        }
    }

    private static func rank(
        _ facts: GuardFacts, _ bound: ElementID<Playbook.Severity>, _ compare: (Int, Int) -> Bool
    ) -> Truth {
        guard let severity = facts.severity else { return .unknown(["severity"]) }
        guard let rank = facts.ladder.firstIndex(of: severity), let limit = facts.ladder.firstIndex(of: bound) else {
            return .no
        }
        return Truth(compare(rank, limit))
    }

    /// Nil when a share is asked for and nobody knows of what.
    private static func compare(
        _ amount: Amount, of whole: Amount?, _ comparison: Comparison, _ bound: Amount
    ) -> Bool? {
        guard bound.isPercent, !amount.isPercent else { return comparison.holds(amount.millionths, bound.millionths) }
        guard let whole, whole.millionths > 0 else { return nil }
        // amount / whole against bound / 100, multiplied out, so that no rounding decides.
        let left = amount.millionths.multipliedFullWidth(by: 100_000_000)
        let right = bound.millionths.multipliedFullWidth(by: whole.millionths)
        if left.high != right.high { return comparison.holds(left.high, right.high) }
        if left.low == right.low { return comparison.holds(0, 0) }
        return left.low < right.low ? comparison.holds(0, 1) : comparison.holds(1, 0)
    }
}
