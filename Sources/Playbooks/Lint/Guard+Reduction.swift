extension Guard {
    /// It can never hold.
    static let never = Guard(.not(.always))

    /// What is left of it for an incident of that severity of which nothing else is known. `never` when its parts
    /// contradict one another, as far as that can be seen without solving anything: what is left may still be
    /// impossible.
    func reduced(for severity: ElementID<Playbook.Severity>, in playbook: Playbook) -> Guard {
        Guard(GuardReduction(severity: severity, playbook: playbook).reduce(expression))
    }

    /// The severities for which it can hold, worst first.
    func severities(in playbook: Playbook) -> [ElementID<Playbook.Severity>] {
        playbook.ladder.filter { reduced(for: $0, in: playbook) != .never }
    }
}

private struct GuardReduction {
    typealias Expression = Guard.Expression

    let severity: ElementID<Playbook.Severity>
    let playbook: Playbook

    private static let never = Expression.not(.always)

    func reduce(_ expression: Expression) -> Expression {
        switch expression {
        case .always: return .always
        case .condition(let condition):
            guard let holds = holds(condition) else { return expression }
            return holds ? .always : Self.never
        case .not(let inner):
            switch reduce(inner) {
            case .not(let twice): return twice
            case let inner: return .not(inner)
            }
        case .all(let parts):
            let rest = unique(parts.map(reduce)).filter { $0 != .always }
            if rest.contains(Self.never) || contradict(rest) { return Self.never }
            return rest.count < 2 ? rest.first ?? .always : .all(rest)
        case .any(let parts):
            let rest = unique(parts.map(reduce)).filter { $0 != Self.never }
            if rest.contains(.always) { return .always }
            return rest.count < 2 ? rest.first ?? Self.never : .any(rest)
        }
    }

    /// Nil when the severity does not decide it.
    private func holds(_ condition: Guard.Condition) -> Bool? {
        switch condition {
        case .severityAtLeast(let bound): return compare(bound) { $0 <= $1 }
        case .severityAtMost(let bound): return compare(bound) { $0 >= $1 }
        case .severity(let ids): return ids.contains(severity)
        // It is so as soon as the incident is declared.
        case .activeFor(let time): return time <= .zero ? true : nil
        case .type, .status, .kind, .service, .active, .isPublic, .yes, .field, .amount: return nil
        }
    }

    private func compare(_ bound: ElementID<Playbook.Severity>, _ compare: (Int, Int) -> Bool) -> Bool {
        guard let rank = playbook.rank(of: severity), let limit = playbook.rank(of: bound) else { return false }
        return compare(rank, limit)
    }

    private func unique(_ parts: [Expression]) -> [Expression] {
        var found: [Expression] = []
        for part in parts where !found.contains(part) { found.append(part) }
        return found
    }

    /// Whether two of the parts exclude each other.
    private func contradict(_ parts: [Expression]) -> Bool {
        for (index, part) in parts.enumerated() {
            for other in parts[(index + 1)...] where exclude(part, other) { return true }
        }
        return false
    }

    private func exclude(_ left: Expression, _ right: Expression) -> Bool {
        switch (left, right) {
        case (.not(let inner), let other), (let other, .not(let inner)): inner == other || implies(other, inner)
        case (.condition(let one), .condition(let other)): exclude(one, other)
        case (.always, _), (.condition, _), (.all, _), (.any, _): false
        }
    }

    /// Whether the one holds only where the other does: both ask the same, and the one lets less through.
    private func implies(_ one: Expression, _ other: Expression) -> Bool {
        guard case .condition(let one) = one, case .condition(let other) = other else { return false }
        if case .activeFor(let long) = one, case .activeFor(let short) = other { return long >= short }
        if case .activeFor = one, case .active = other { return true }
        guard let few = answers(one), let many = answers(other), few.question == many.question else { return false }
        return few.values.allSatisfy(many.values.contains)
    }

    private func exclude(_ one: Guard.Condition, _ other: Guard.Condition) -> Bool {
        if case .amount(let field, let comparison, let amount) = one, case .amount(field, let second, let bound) = other
        {
            guard amount.isPercent == bound.isPercent else { return false }
            return NumberBand(comparison, amount).intersection(NumberBand(second, bound)) == nil
        }
        guard let some = answers(one), let others = answers(other), some.question == others.question else {
            return false
        }
        return !some.values.contains(where: others.values.contains)
    }

    /// A question that has one answer, and those with which the condition holds; nil for other conditions.
    private func answers(_ condition: Guard.Condition) -> (question: String, values: [String])? {
        switch condition {
        case .type(let ids): return ("type", ids.map(\.text))
        case .kind(let kinds): return ("kind", kinds.map(\.rawValue))
        case .service(let names): return ("service", names)
        case .field(let id, let values):
            // Of a field of several choices one is enough, so that two can be met at once.
            guard let field = playbook.field(id), field.kind != .choices, field.kind != .list else { return nil }
            return ("field \(id)", values)
        // A status has two names, its own and the state's.
        case .status, .severityAtLeast, .severityAtMost, .severity, .active, .activeFor, .isPublic, .yes, .amount:
            return nil
        }
    }
}
