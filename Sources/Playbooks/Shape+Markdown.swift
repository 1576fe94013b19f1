extension Playbook {
    /// The grammar as a reference for people, in Markdown: every key of every part, the notations, conditions and
    /// templates.
    public static var markdownReference: String {
        var writer = ReferenceWriter()
        writer.write(shape)
        return writer.text
    }
}

private struct ReferenceWriter {
    private(set) var text = ""
    private var records: [RecordShape] = []
    private var calls: [CallForms] = []
    private var leaves: [Leaf] = []

    mutating func write(_ root: RecordShape) {
        text += """
            # The playbook document

            This page is made from the grammar that documents are checked against.

            A playbook is one YAML document. Every scalar is read as its text: `no`, `on` and `1.0` are texts, and only
            `true` and `false` are booleans, where a boolean is asked for. Unknown keys are errors. Tags, merge keys and
            several documents are not read; anchors and aliases may repeat values. A file has at most
            \(DocumentLimits.bytes / 1_024) KiB.

            """
        records = [root]
        var index = 0
        while index < records.count {
            section(
                records[index], level: index == 0 ? "## The top level" : "## \(records[index].name.capitalizedFirst)")
            index += 1
        }
        notations()
        placeholders()
    }

    // MARK: Records

    private mutating func section(_ record: RecordShape, level heading: String) {
        text += "\n\(heading)\n\n\(record.summary)\n\n| key | | what stands there | |\n| --- | --- | --- | --- |\n"
        for field in record.fields {
            let need = field.isRequired ? "required" : field.fallback.map { "otherwise: \(Self.cell($0))" } ?? ""
            text += "| `\(field.key)` | \(phrase(field.shape)) | \(Self.cell(field.summary)) | \(need) |\n"
        }
        if let rest = record.rest {
            text += "| each \(rest.kind.noun) | \(phrase(rest.shape)) | what holds for it | |\n"
        }
        for group in record.exactlyOneOf {
            text += "\nExactly one of \(group.map { "`\($0)`" }.joined(separator: ", ")).\n"
        }
        for need in record.needs {
            text += "\nWhere `\(need.key)` is `\(need.word)`, `\(need.needed)` is required.\n"
        }
    }

    /// What stands there, with a link to where it is described.
    private mutating func phrase(_ shape: Shape) -> String {
        switch shape {
        case .leaf(let leaf):
            if !leaves.contains(leaf) { leaves.append(leaf) }
            return Self.link(leaf.rawValue)
        case .integer(let range): return "\(range.lowerBound) to \(range.upperBound)"
        case .choice(let choices):
            return choices.map { choice in
                "`\(choice.word)`" + (choice.meaning.map { " (\(Self.cell($0)))" } ?? "")
            }.joined(separator: ", ")
        case .id: return "id"
        case .reference(let kinds): return "id of a \(ShapeCheck.oneOf(kinds.map(\.noun)))"
        case .call(let forms):
            if !calls.contains(forms) { calls.append(forms) }
            return Self.link(forms.name)
        case .list(.either(let scalar?, nil, let map?), _): return "list of \(phrase(scalar)) or \(phrase(map))"
        case .list(let element, _): return "list of \(phrase(element))"
        case .table(let key, let value): return "map from \(phrase(key)) to \(phrase(value))"
        case .bySeverity(let each): return "\(phrase(each)), or a map from severity to it, with `others`"
        case .record(let record):
            if !records.contains(record) { records.append(record) }
            return Self.link(record.name)
        case .either(let scalar, let list, let map):
            return [scalar, list, map].compactMap { $0 }.map { phrase($0) }.joined(separator: ", or ")
        }
    }

    // MARK: Notations

    private mutating func notations() {
        text += "\n## Notations\n"
        for leaf in leaves { text += "\n### \(leaf.rawValue.capitalizedFirst)\n\n\(leaf.summary)\n" }
        text += "\n### Id\n\nLetters, digits, `-`, `_` and `.`, beginning with a letter or a digit, at most "
        text += "\(DocumentLimits.idLength) characters.\n"
        for forms in calls {
            text += "\n### \(forms.name.capitalizedFirst)\n\n| | |\n| --- | --- |\n"
            for form in forms.forms { text += "| `\(form.notation)` | \(Self.cell(form.meaning)) |\n" }
        }
    }

    private mutating func placeholders() {
        text += "\n## Placeholders\n\n| | |\n| --- | --- |\n"
        for fact in TemplateFact.allCases { text += "| `\(fact.rawValue)` | \(Self.cell(fact.meaning)) |\n" }
        for form in TemplatePath.named { text += "| `\(form.prefix).ID` | \(Self.cell(form.meaning)) |\n" }
        text += "\n### Filters\n\n| | |\n| --- | --- |\n"
        for filter in TemplateText.Filter.meanings { text += "| `\(filter.form)` | \(Self.cell(filter.meaning)) |\n" }
    }

    // MARK: Leaves

    private static func link(_ name: String) -> String {
        "[\(name)](#\(name.split(separator: " ").joined(separator: "-").lowercased()))"
    }

    /// A table's cells are divided by bars.
    private static func cell(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
