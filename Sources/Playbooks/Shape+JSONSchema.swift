import Notation

extension Playbook {
    /// The grammar as a JSON Schema (draft 2020-12), for editors that complete and check YAML. It cannot say which
    /// names exist; the check of the document does.
    public static var jsonSchema: JSON {
        var writer = SchemaWriter()
        let root = writer.schema(of: shape)
        return .object(
            [
                .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
                .init("title", "Tocsin playbook"),
            ] + (root.members ?? []) + [.init("$defs", .object(writer.definitions))])
    }
}

private struct SchemaWriter {
    /// Records that stand in several places, and leaves with a grammar, each once.
    private(set) var definitions: [JSON.Member] = []
    private var known: Set<String> = []

    mutating func schema(of shape: Shape) -> JSON {
        switch shape {
        case .leaf(let leaf): return reference(leaf.rawValue) { _ in leaf.schema }
        case .integer(let range):
            return [
                "type": "integer", "minimum": .integer(Int64(range.lowerBound)),
                "maximum": .integer(Int64(range.upperBound)),
            ]
        case .choice(let choices): return Self.choice(choices)
        case .id:
            return reference("id") { _ in
                [
                    "type": ["string", "number"],
                    "pattern": .string("^[A-Za-z0-9][A-Za-z0-9_.-]{0,\(DocumentLimits.idLength - 1)}$"),
                ]
            }
        case .reference(let kinds):
            return [
                "type": ["string", "number"],
                "description": .string("The id of a \(ShapeCheck.oneOf(kinds.map(\.noun)))."),
            ]
        case .call(let forms): return reference(forms.name) { _ in Self.call(forms) }
        case .list(let element, let range):
            var members: [JSON.Member] = [.init("type", "array"), .init("items", schema(of: element))]
            if range.lowerBound > 0 { members.append(.init("minItems", .integer(Int64(range.lowerBound)))) }
            members.append(.init("maxItems", .integer(Int64(range.upperBound))))
            return .object(members)
        case .table(let key, let value):
            var members: [JSON.Member] = [.init("type", "object"), .init("additionalProperties", schema(of: value))]
            if case .choice(let choices) = key { members.append(.init("propertyNames", Self.choice(choices))) }
            return .object(members)
        case .bySeverity(let each):
            let value = schema(of: each)
            return ["anyOf": [value, ["type": "object", "additionalProperties": value]]]
        case .record(let record): return reference(record.name) { writer in writer.schema(of: record) }
        case .either(let scalar, let list, let map):
            let alternatives = [scalar, list, map].compactMap { $0 }.map { schema(of: $0) }
            return alternatives.count == 1 ? alternatives[0] : ["anyOf": .array(alternatives)]
        }
    }

    mutating func schema(of record: RecordShape) -> JSON {
        var properties: [JSON.Member] = []
        for field in record.fields {
            let description = field.summary.sentence + (field.fallback.map { " Otherwise: \($0)." } ?? "")
            properties.append(
                .init(
                    field.key,
                    .object([.init("description", .string(description))] + (schema(of: field.shape).members ?? []))))
        }
        var members: [JSON.Member] = [
            .init("type", "object"), .init("description", .string(record.summary)),
            .init("properties", .object(properties)),
            .init("additionalProperties", record.rest.map { schema(of: $0.shape) } ?? false),
        ]
        let required = record.fields.filter(\.isRequired).map { JSON.string($0.key) }
        if !required.isEmpty { members.append(.init("required", .array(required))) }
        var rules: [JSON] = record.exactlyOneOf.map { group in
            ["oneOf": .array(group.map { ["required": [.string($0)]] })]
        }
        rules += record.needs.map { need in
            let holds: JSON = ["properties": .object([.init(need.key, ["const": .string(need.word)])])]
            let present: [JSON.Member] = need.isDefault ? [] : [.init("required", [.string(need.key)])]
            return ["if": .object((holds.members ?? []) + present), "then": ["required": [.string(need.needed)]]]
        }
        if !rules.isEmpty { members.append(.init("allOf", .array(rules))) }
        return .object(members)
    }

    // MARK: Leaves

    private mutating func reference(_ name: String, _ make: (inout SchemaWriter) -> JSON) -> JSON {
        let key = name.split(separator: " ").joined(separator: "-")
        if known.insert(key).inserted {
            let definition = make(&self)
            definitions.append(.init(key, definition))
        }
        return ["$ref": .string("#/$defs/\(key)")]
    }

    private static func choice(_ choices: [Shape.Choice]) -> JSON {
        guard choices.contains(where: { $0.meaning != nil }) else {
            // YAML takes `true` for a boolean, and the check for a word.
            let words = choices.map { JSON.string($0.word) }
            return ["enum": .array(choices.map(\.word) == ["true"] ? words + [true] : words)]
        }
        return [
            "oneOf": .array(
                choices.map { choice in
                    var members: [JSON.Member] = [.init("const", .string(choice.word))]
                    if let meaning = choice.meaning { members.append(.init("description", .string(meaning.sentence))) }
                    return .object(members)
                })
        ]
    }

    private static func call(_ forms: CallForms) -> JSON {
        let words = forms.forms.map { form in
            switch (form.argument, form.isArgumentOptional) {
            case (nil, _): form.word
            case (.some, true): "\(form.word)(\\([A-Za-z0-9_.-]+\\))?"
            case (.some, false): "\(form.word)\\([A-Za-z0-9_.-]+\\)"
            }
        }
        let meanings = forms.forms.map { "\($0.notation): \($0.meaning)" }.joined(separator: "; ")
        return [
            "type": "string", "description": .string(meanings.sentence),
            "pattern": .string("^(\(words.joined(separator: "|")))$"),
        ]
    }
}

extension Leaf {
    /// YAML readers of editors take `1.0` for a number and `2024-01-15` for a text, so both are let through where a
    /// text is meant.
    fileprivate var schema: JSON {
        let text: JSON = ["string", "number"]
        let pattern: String? =
            switch self {
            case .duration: "^([0-9]+(w|d|h|m|s|ms|us))+$"
            case .percent: "^[0-9]+(\\.[0-9]+)?%$"
            case .date: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
            case .time: "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?$"
            case .cardinality: "^([0-9]+|0\\.\\.1|[01]\\.\\.n)$"
            case .quorum: "^([0-9]+|all)$"
            case .figureTarget: "^(none|([0-9]+(w|d|h|m|s|ms|us))+)$"
            case .text, .longText, .url, .boolean, .amount, .denominator, .span, .rhythm, .zone, .spans, .days,
                .occasion,
                .calendar, .rule, .roll, .interval, .cell, .party, .owner, .guardExpression, .template, .metric,
                .keyPattern,
                .actionKeyPattern, .roomPattern, .creation:
                nil
            }
        var members: [JSON.Member] = [
            .init("type", self == .boolean ? "boolean" : text), .init("description", .string(summary)),
        ]
        if let pattern { members.append(.init("pattern", .string(pattern))) }
        return .object(members)
    }
}

extension String {
    /// As a sentence of its own: a capital letter and a full stop.
    var sentence: String {
        guard let first else { return self }
        let isCode = first == "`" || (count > 1 && dropFirst().first?.isUppercase == true)
        let begun = isCode ? self : first.uppercased() + dropFirst()
        return begun.last == "." ? begun : begun + "."
    }
}
