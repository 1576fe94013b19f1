extension TemplateText {
    /// Reads a text with placeholders. `\{{` is a pair of braces that begins none.
    public init(_ text: String, names: TemplateNames) throws(TemplateFault) {
        var reader = Reader(characters: Array(text.unicodeScalars), names: names)
        parts = try reader.parts()
    }

    private struct Reader {
        let characters: [Unicode.Scalar]
        let names: TemplateNames
        var index = 0

        mutating func parts() throws(TemplateFault) -> [Part] {
            var parts: [Part] = []
            var text = ""
            var count = 0
            while index < characters.count {
                if starts("\\{{") {
                    text += "{{"
                    index += 3
                } else if starts("{{") {
                    count += 1
                    guard count <= TemplateText.placeholderLimit else {
                        throw fault(index, "a text has at most \(TemplateText.placeholderLimit) placeholders")
                    }
                    if !text.isEmpty { parts.append(.text(text)) }
                    text = ""
                    parts.append(.placeholder(try placeholder()))
                } else {
                    text.unicodeScalars.append(characters[index])
                    index += 1
                }
            }
            if !text.isEmpty { parts.append(.text(text)) }
            return parts
        }

        private func starts(_ text: String) -> Bool {
            characters[index...].starts(with: text.unicodeScalars)
        }

        private func fault(_ offset: Int, _ reason: String, unknown: Bool = false) -> TemplateFault {
            TemplateFault(offset: offset, reason: reason, isUnknownName: unknown)
        }

        private mutating func placeholder() throws(TemplateFault) -> Placeholder {
            let start = index
            index += 2
            let inside = index
            while index < characters.count, !starts("}}") {
                guard characters[index] != "\n", !starts("{{") else { break }
                index += 1
            }
            guard starts("}}") else {
                throw fault(
                    start, "this placeholder is never closed: add }}, or write \\{{ for two braces that are none")
            }
            let content = characters[inside..<index]
            index += 2
            var pieces: [(text: String, offset: Int)] = []
            var from = content.startIndex
            for place in content.indices where content[place] == "|" {
                pieces.append(Self.piece(content[from..<place]))
                from = place + 1
            }
            pieces.append(Self.piece(content[from...]))
            let path = try path(pieces[0].text, pieces[0].offset)
            var filters: [Filter] = []
            for piece in pieces.dropFirst() { filters.append(try filter(piece.text, piece.offset, of: path)) }
            return Placeholder(path, filters: filters, title: title(of: path))
        }

        /// Without the spaces around it, and where it begins.
        private static func piece(_ characters: ArraySlice<Unicode.Scalar>) -> (String, Int) {
            let rest = characters.drop { $0 == " " }
            let end = rest.lastIndex { $0 != " " }.map { $0 + 1 } ?? rest.startIndex
            return (String(String.UnicodeScalarView(rest[rest.startIndex..<end])), rest.startIndex)
        }

        private func title(of path: TemplatePath) -> String {
            switch path {
            case .fact(let fact): fact.title
            case .role(let id): names.titles["role.\(id)"] ?? id.text
            case .field(let id): names.titles["field.\(id)"] ?? id.text
            case .ask(let id): names.titles["text.\(id)"] ?? id.text
            case .parameter(let id): names.titles["param.\(id)"] ?? id.text
            case .cadence(let id): id.text
            case .metric(let id): id.text
            case .objective(let id): id.text
            case .signoff(let id): id.text
            case .window(let id): id.text
            case .checklist(let id): id
            }
        }

        // MARK: Paths

        private func path(_ text: String, _ offset: Int) throws(TemplateFault) -> TemplatePath {
            if let fact = TemplateFact(rawValue: text) { return .fact(fact) }
            guard !text.isEmpty else {
                throw fault(offset, "a placeholder is empty: write what stands there, as in {{incident.key}}")
            }
            if let dot = text.firstIndex(of: ".") {
                let prefix = String(text[..<dot])
                let name = String(text[text.index(after: dot)...])
                if let form = TemplatePath.named.first(where: { $0.prefix == prefix }) {
                    var known = form.kinds.flatMap { names.names[$0] ?? [] }
                    if prefix == "checklist" { known += TemplatePath.gates }
                    guard known.contains(name) else {
                        throw unknownName(name, form.kinds, known, offset + prefix.count + 1)
                    }
                    return Self.path(prefix, name)
                }
            }
            let known = TemplateFact.allCases.map(\.rawValue) + TemplatePath.named.map { "\($0.prefix).ID" }
            throw fault(
                offset, "there is no placeholder \"\(text.cut)\"" + NearestName.hint(text, among: known), unknown: true)
        }

        private func unknownName(_ name: String, _ kinds: [NameKind], _ known: [String], _ offset: Int) -> TemplateFault
        {
            let hint = NearestName.hint(name, among: known)
            let noun = ShapeCheck.oneOf(kinds.map(\.noun))
            let advice = kinds == [.ask] ? ": add it to the \"asks\" of the template" : ": none is defined"
            return fault(
                offset,
                "there is no \(noun) \"\(name.cut)\""
                    + (hint.isEmpty ? (known.isEmpty ? advice : ": there is \(known.told)") : hint),
                unknown: true)
        }

        private static func path(_ prefix: String, _ name: String) -> TemplatePath {
            switch prefix {
            case "role": .role(ElementID(name))
            case "field": .field(ElementID(name))
            case "text": .ask(ElementID(name))
            case "cadence": .cadence(ElementID(name))
            case "param": .parameter(ElementID(name))
            case "metric": .metric(ElementID(name))
            case "slo": .objective(ElementID(name))
            case "signoff": .signoff(ElementID(name))
            case "window": .window(ElementID(name))
            default: .checklist(name)
            }
        }

        // MARK: Filters

        private func filter(_ text: String, _ offset: Int, of path: TemplatePath) throws(TemplateFault) -> Filter {
            if text.hasPrefix("or:") { return .or(String(text.dropFirst(3))) }
            let words: [String: Filter] = [
                "time": .time, "date": .date, "datetime": .datetime, "duration": .duration, "list": .list,
                "percent": .percent, "optional": .optional,
            ]
            guard let filter = words[text] else {
                throw fault(
                    offset,
                    "there is no filter \"\(text.cut)\": write time, date, datetime, duration, list, percent, "
                        + "or:TEXT or optional"
                )
            }
            guard case .fact(let fact) = path else { return filter }
            let fits: Bool
            switch filter {
            case .time, .date, .datetime: fits = fact.valueKind == .instant
            case .duration: fits = fact.valueKind == .instant || fact.valueKind == .duration
            case .list, .or, .optional: fits = true
            case .percent: fits = false
            }
            guard fits else {
                throw fault(offset, "\"\(fact.rawValue)\" is \(fact.valueKind.words), which \"\(text)\" cannot show")
            }
            return filter
        }
    }
}

extension TemplateFact.ValueKind {
    fileprivate var words: String {
        switch self {
        case .text: "a text"
        case .instant: "a time"
        case .duration: "a length of time"
        case .list: "a list"
        }
    }
}
