import Chronology

extension Guard {
    /// In bytes. The longest conditions of the five playbooks have 80; a longer text is a program.
    public static let lengthLimit = 1_000
    /// Parentheses and `not` inside one another; reading recurses.
    public static let depthLimit = 16

    /// Words that begin a condition or join two, and so cannot name a field.
    static let reservedWords: Set<String> = [
        "severity", "type", "status", "active", "always", "and", "or", "not", "in", "is", "at", "for",
    ]

    /// Reads a condition. `and` binds closer than `or`, `not` closer than both.
    public init(_ text: String, names: GuardNames) throws(GuardFault) {
        guard text.utf8.count <= Self.lengthLimit else {
            throw GuardFault(offset: 0, reason: "a condition has at most \(Self.lengthLimit) bytes")
        }
        var parser = GuardParser(tokens: try GuardToken.tokens(text), names: names)
        expression = try parser.any(depth: 0)
        guard parser.next.isEnd else {
            throw parser.fault("\"and\" or \"or\" is expected here, not \(parser.next.quoted)")
        }
    }
}

struct GuardToken: Hashable {
    enum Kind { case word, quoted, sign, end }
    let kind: Kind
    let text: String
    let offset: Int

    var isEnd: Bool { kind == .end }
    var quoted: String { isEnd ? "the end" : "\"\(text.cut)\"" }

    static func tokens(_ text: String) throws(GuardFault) -> [GuardToken] {
        var tokens: [GuardToken] = []
        let characters = Array(text.unicodeScalars)
        var index = 0
        while index < characters.count {
            let character = characters[index]
            let start = index
            if character.properties.isWhitespace {
                index += 1
            } else if character == "\"" || character == "'" {
                guard let end = characters[(start + 1)...].firstIndex(of: character) else {
                    throw GuardFault(offset: start, reason: "this quotation mark is never closed")
                }
                tokens.append(GuardToken(kind: .quoted, text: string(characters[(start + 1)..<end]), offset: start))
                index = end + 1
            } else if "(),".unicodeScalars.contains(character) {
                tokens.append(GuardToken(kind: .sign, text: String(character), offset: start))
                index += 1
            } else if "<>=".unicodeScalars.contains(character) {
                index += character != "=" && index + 1 < characters.count && characters[index + 1] == "=" ? 2 : 1
                tokens.append(GuardToken(kind: .sign, text: string(characters[start..<index]), offset: start))
            } else {
                while index < characters.count, isWordCharacter(characters[index]) { index += 1 }
                tokens.append(GuardToken(kind: .word, text: string(characters[start..<index]), offset: start))
            }
        }
        tokens.append(GuardToken(kind: .end, text: "", offset: characters.count))
        return tokens
    }

    static func isWordCharacter(_ character: Unicode.Scalar) -> Bool {
        !character.properties.isWhitespace && !"(),<>=\"'".unicodeScalars.contains(character)
    }

    private static func string(_ characters: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(characters))
    }
}

struct GuardParser {
    private let tokens: [GuardToken]
    private let names: GuardNames
    private var index = 0

    init(tokens: [GuardToken], names: GuardNames) {
        self.tokens = tokens
        self.names = names
    }

    var next: GuardToken { tokens[index] }

    func fault(_ reason: String) -> GuardFault { GuardFault(offset: next.offset, reason: reason) }

    // MARK: Grammar

    mutating func any(depth: Int) throws(GuardFault) -> Guard.Expression {
        var parts = [try all(depth: depth)]
        while skip("or") { parts.append(try all(depth: depth)) }
        return parts.count == 1
            ? parts[0] : .any(parts.flatMap { if case .any(let inner) = $0 { inner } else { [$0] } })
    }

    private mutating func all(depth: Int) throws(GuardFault) -> Guard.Expression {
        var parts = [try one(depth: depth)]
        while skip("and") { parts.append(try one(depth: depth)) }
        return parts.count == 1
            ? parts[0] : .all(parts.flatMap { if case .all(let inner) = $0 { inner } else { [$0] } })
    }

    private mutating func one(depth: Int) throws(GuardFault) -> Guard.Expression {
        guard depth < Guard.depthLimit else {
            throw fault("conditions stand at most \(Guard.depthLimit) deep inside one another")
        }
        if skip("not") { return .not(try one(depth: depth + 1)) }
        if skipSign("(") {
            let inner = try any(depth: depth + 1)
            guard skipSign(")") else { throw fault("a closing parenthesis is missing before \(next.quoted)") }
            return inner
        }
        return try condition()
    }

    private mutating func condition() throws(GuardFault) -> Guard.Expression {
        guard next.kind == .word else {
            throw fault("a condition is missing: write one such as \"severity at least X\" or the id of a yes-no field")
        }
        switch next.text {
        case "always":
            _ = take()
            return .always
        case "active":
            _ = take()
            return skip("for") ? .condition(.activeFor(try duration())) : .condition(.active)
        case "severity": return try severity()
        case "type":
            _ = take()
            return try membership(of: names.types, "type") { .type(in: $0.map { ElementID($0) }) }
        case "status":
            _ = take()
            return try membership(of: names.statuses, "status") { .status(in: $0.map { ElementID($0) }) }
        case let word where names.fields[word] != nil: return try field()
        case "public":
            _ = take()
            return .condition(.isPublic)
        case "kind":
            _ = take()
            return try membership(of: IncidentKind.allCases.map(\.rawValue), "kind of incident") {
                .kind(in: $0.compactMap { IncidentKind(rawValue: $0) })
            }
        case "service":
            _ = take()
            return try membership(of: nil, "service") { .service(in: $0) }
        default:
            let known = names.fields.keys.sorted()
            let hint = NearestName.hint(
                next.text, among: known + ["severity", "type", "status", "active", "always", "public"])
            throw fault(
                "there is no field \(next.quoted)"
                    + (hint.isEmpty && !known.isEmpty ? ": there is \(known.told)" : hint))
        }
    }

    private mutating func severity() throws(GuardFault) -> Guard.Expression {
        _ = take()
        if skip("at") {
            let isLeast = next.text == "least"
            guard isLeast || next.text == "most" else { throw fault("write \"at least\" or \"at most\"") }
            _ = take()
            let id = ElementID<Playbook.Severity>(try name(of: names.severities, "severity"))
            return .condition(isLeast ? .severityAtLeast(id) : .severityAtMost(id))
        }
        return try membership(of: names.severities, "severity") { .severity(in: $0.map { ElementID($0) }) }
    }

    private mutating func field() throws(GuardFault) -> Guard.Expression {
        let token = take()
        guard let field = names.fields[token.text] else { throw fault("there is no field \(token.quoted)") }
        let id = ElementID<Playbook.Field>(token.text)
        switch field.kind {
        case .yesNo:
            guard skip("is") else { return .condition(.yes(id)) }
            let isNegated = skip("not")
            let word = next.text
            guard word == "yes" || word == "no" else {
                throw fault("\"\(token.text)\" is answered with yes or no, not with \(next.quoted)")
            }
            _ = take()
            return (word == "yes") != isNegated ? .condition(.yes(id)) : .not(.condition(.yes(id)))
        case .number, .percent, .money: return try amount(id)
        case .text, .longText, .choice, .choices, .time, .person, .service, .link, .metrics, .list, .detection:
            return try membership(of: field.choices.isEmpty ? nil : field.choices, "choice of \"\(token.text)\"") {
                .field(id, in: $0)
            }
        }
    }

    private mutating func amount(_ id: ElementID<Playbook.Field>) throws(GuardFault) -> Guard.Expression {
        let isNegated: Bool
        let comparison: Comparison
        if skip("is") {
            isNegated = skip("not")
            comparison = .equal
        } else if next.kind == .sign, let sign = Comparison(rawValue: next.text == "==" ? "=" : next.text) {
            _ = take()
            isNegated = false
            comparison = sign
        } else {
            throw fault("\"\(id)\" is a number: compare it, as in \"\(id) > 10\"")
        }
        guard next.kind == .word, let amount = Amount(next.text) else {
            throw fault("a number or a percentage is expected here, not \(next.quoted)")
        }
        _ = take()
        let condition = Guard.Expression.condition(.amount(id, comparison, amount))
        return isNegated ? .not(condition) : condition
    }

    /// `is X`, `is not X`, `in (X, Y)`, `not in (X, Y)`.
    private mutating func membership(
        of known: [String]?, _ what: String, _ condition: ([String]) -> Guard.Condition
    ) throws(GuardFault) -> Guard.Expression {
        if skip("is") {
            let isNegated = skip("not")
            if next.text == "in", next.kind == .word {
                return try list(of: known, what, isNegated: isNegated, condition)
            }
            let one = Guard.Expression.condition(condition([try name(of: known, what)]))
            return isNegated ? .not(one) : one
        }
        return try list(of: known, what, isNegated: skip("not"), condition)
    }

    private mutating func list(
        of known: [String]?, _ what: String, isNegated: Bool, _ condition: ([String]) -> Guard.Condition
    ) throws(GuardFault) -> Guard.Expression {
        guard skip("in") else { throw fault("write \"is\", \"is not\" or \"in (A, B)\" here, not \(next.quoted)") }
        guard skipSign("(") else { throw fault("the list begins with a parenthesis: in (A, B)") }
        var values = [try name(of: known, what)]
        while skipSign(",") { values.append(try name(of: known, what)) }
        guard skipSign(")") else {
            throw fault("a comma or a closing parenthesis is expected here, not \(next.quoted)")
        }
        let one = Guard.Expression.condition(condition(values))
        return isNegated ? .not(one) : one
    }

    private mutating func name(of known: [String]?, _ what: String) throws(GuardFault) -> String {
        guard next.kind == .quoted || (next.kind == .word && !["and", "or"].contains(next.text)) else {
            throw fault("the name of a \(what) is expected here, not \(next.quoted)")
        }
        if let known, !known.contains(next.text) {
            let hint = NearestName.hint(next.text, among: known)
            throw fault(
                "there is no \(what) \(next.quoted)"
                    + (hint.isEmpty ? (known.isEmpty ? ": none is defined" : ": there is \(known.told)") : hint))
        }
        return take().text
    }

    private mutating func duration() throws(GuardFault) -> Duration {
        let token = next
        guard token.kind == .word else {
            throw fault("a length of time such as 2h is expected here, not \(token.quoted)")
        }
        do throws(TimeNotationFault) {
            let duration = try Duration(notation: token.text)
            _ = take()
            return duration
        } catch {
            throw GuardFault(offset: token.offset + error.column - 1, reason: error.reason)
        }
    }

    // MARK: Tokens

    private mutating func take() -> GuardToken {
        let token = tokens[index]
        if !token.isEnd { index += 1 }
        return token
    }

    private mutating func skip(_ word: String) -> Bool {
        guard next.kind == .word, next.text == word else { return false }
        index += 1
        return true
    }

    private mutating func skipSign(_ sign: String) -> Bool {
        guard next.kind == .sign, next.text == sign else { return false }
        index += 1
        return true
    }
}
