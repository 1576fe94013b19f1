import Chronology

extension Guard: CustomStringConvertible {
    /// As it is read again, with no more parentheses than are needed.
    public var description: String { Self.text(expression, inside: nil) }

    private enum Surrounding { case all, not }

    private static func text(_ expression: Expression, inside surrounding: Surrounding?) -> String {
        switch expression {
        case .always: return "always"
        case .condition(let condition): return text(condition, negated: false)
        case .not(.condition(let condition)):
            if let short = negated(condition) { return short }
            return "not \(text(condition, negated: false))"
        case .not(let inner): return "not \(text(inner, inside: .not))"
        case .all(let parts):
            let joined = parts.map { text($0, inside: .all) }.joined(separator: " and ")
            return surrounding == .not ? "(\(joined))" : joined
        case .any(let parts):
            let joined = parts.map { text($0, inside: nil) }.joined(separator: " or ")
            return surrounding == nil ? joined : "(\(joined))"
        }
    }

    /// `is not X` and `not in (X, Y)`; nil for conditions that can only have `not` before them.
    private static func negated(_ condition: Condition) -> String? {
        switch condition {
        case .severity, .type, .status, .kind, .service, .field: text(condition, negated: true)
        case .amount(_, .equal, _): text(condition, negated: true)
        case .amount, .severityAtLeast, .severityAtMost, .active, .activeFor, .isPublic, .yes: nil
        }
    }

    private static func text(_ condition: Condition, negated: Bool) -> String {
        switch condition {
        case .severityAtLeast(let id): "severity at least \(word(id.text))"
        case .severityAtMost(let id): "severity at most \(word(id.text))"
        case .severity(let ids): membership("severity", ids.map(\.text), negated)
        case .type(let ids): membership("type", ids.map(\.text), negated)
        case .status(let ids): membership("status", ids.map(\.text), negated)
        case .kind(let kinds): membership("kind", kinds.map(\.rawValue), negated)
        case .service(let names): membership("service", names, negated)
        case .active: "active"
        case .activeFor(let duration): "active for \(duration.notation)"
        case .isPublic: "public"
        case .yes(let id): id.text
        case .field(let id, let values): membership(id.text, values, negated)
        case .amount(let id, .equal, let amount): "\(id) is \(negated ? "not " : "")\(amount)"
        case .amount(let id, let comparison, let amount): "\(id) \(comparison.rawValue) \(amount)"
        }
    }

    private static func membership(_ subject: String, _ values: [String], _ negated: Bool) -> String {
        if values.count == 1 { return "\(subject) is \(negated ? "not " : "")\(word(values[0]))" }
        return "\(subject) \(negated ? "not " : "")in (\(values.map(word).joined(separator: ", ")))"
    }

    /// In quotation marks where it would be read as something else.
    private static func word(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && text.unicodeScalars.allSatisfy(GuardToken.isWordCharacter)
            && !["and", "or", "not", "in"].contains(text)
        return isPlain ? text : text.contains("\"") ? "'\(text)'" : "\"\(text)\""
    }
}

extension Guard {
    /// For people: `the severity is SEV-2 or worse and "Customer-facing" is yes`. `title` gives the titles of fields;
    /// without one, a field is called by its id.
    public func words(_ title: (ElementID<Playbook.Field>) -> String? = { _ in nil }) -> String {
        Self.words(expression, inside: nil, title)
    }

    private static func words(
        _ expression: Expression, inside surrounding: Surrounding?, _ title: (ElementID<Playbook.Field>) -> String?
    ) -> String {
        switch expression {
        case .always: return "always"
        case .condition(let condition): return words(condition, negated: false, title)
        case .not(.condition(let condition)): return words(condition, negated: true, title)
        case .not(let inner): return "it is not so that \(words(inner, inside: .not, title))"
        case .all(let parts):
            let text = parts.map { words($0, inside: .all, title) }.joined(separator: " and ")
            return surrounding == .not ? "(\(text))" : text
        case .any(let parts):
            let text = parts.map { words($0, inside: nil, title) }.joined(separator: " or ")
            return surrounding == nil ? text : "(\(text))"
        }
    }

    private static func words(
        _ condition: Condition, negated: Bool, _ title: (ElementID<Playbook.Field>) -> String?
    ) -> String {
        let no = negated ? "not " : ""
        func name(_ id: ElementID<Playbook.Field>) -> String { title(id).map { "\"\($0)\"" } ?? id.text }
        switch condition {
        case .severityAtLeast(let id):
            return negated ? "the severity is milder than \(id)" : "the severity is \(id) or worse"
        case .severityAtMost(let id):
            return negated ? "the severity is worse than \(id)" : "the severity is \(id) or milder"
        case .severity(let ids): return "the severity is \(no)\(ShapeCheck.oneOf(ids.map(\.text)))"
        case .type(let ids): return "the type is \(no)\(ShapeCheck.oneOf(ids.map(\.text)))"
        case .status(let ids): return "the status is \(no)\(ShapeCheck.oneOf(ids.map(\.text)))"
        case .kind(let kinds): return "the incident is \(no)a \(ShapeCheck.oneOf(kinds.map(\.words)))"
        case .service(let names): return "the service is \(no)\(ShapeCheck.oneOf(names))"
        case .active: return "the incident is \(no)active"
        case .activeFor(let duration):
            return negated
                ? "the incident has not been active for \(duration.text)"
                : "the incident has been active for \(duration.text)"
        case .isPublic: return "the incident is \(no)public"
        case .yes(let id): return "\(name(id)) is \(negated ? "not yes" : "yes")"
        case .field(let id, let values): return "\(name(id)) is \(no)\(ShapeCheck.oneOf(values))"
        case .amount(let id, let comparison, let amount):
            return negated
                ? "it is not so that \(name(id)) \(comparison.words) \(amount)"
                : "\(name(id)) \(comparison.words) \(amount)"
        }
    }
}

extension IncidentKind {
    /// `real incident`.
    fileprivate var words: String {
        switch self {
        case .real: "real incident"
        case .drill: "drill"
        case .test: "test"
        }
    }
}
