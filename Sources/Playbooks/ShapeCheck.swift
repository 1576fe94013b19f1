import Chronology

/// Checks a document against a shape and reads it on the way. It goes on after a fault, so that one run tells all of
/// them; what has a fault in it is read as nil, and a document with one is not used.
struct ShapeCheck {
    let tree: DocumentTree
    let names: Vocabulary
    /// Finds a zone by its name; nil when there is none.
    let zone: @Sendable (String) -> Zone?
    /// What rules mean by names of calendars. Of use once the calendars have been read.
    var notation = TimeRuleNotation(zone: .utc)
    /// Calendars without opening hours, in which no rule may count.
    var closedCalendars: Set<String> = []
    /// False when the calendars are faulty: then what is wrong with a rule may come from them.
    var judgesRules = true
    private(set) var faults: [PlaybookFault] = []

    /// Where each name was defined.
    private var definitions: [NameKind: [String: DocumentPlace]] = [:]
    /// The names that only the records around here can use, innermost last.
    private var scopes: [[Vocabulary.LocalName]] = []
    /// The zones of the records around here, innermost last.
    private var zones: [Zone] = []
    /// Zones that were looked up: documents name the same few again and again, and a look-up may read a file.
    private var knownZones: [String: Zone?] = [:]

    init(_ tree: DocumentTree, _ names: Vocabulary, zone: @escaping @Sendable (String) -> Zone?) {
        self.tree = tree
        self.names = names
        self.zone = zone
    }

    /// The zone of wall-clock times that name none.
    var localZone: Zone { zones.last ?? notation.zone }

    /// Nil when there is none of that name.
    mutating func zoneNamed(_ name: String) -> Zone? {
        if name == Zone.utc.name { return .utc }
        if let known = knownZones[name] { return known }
        let found = zone(name)
        knownZones[name] = .some(found)
        return found
    }

    func localNames(_ kind: NameKind) -> [Vocabulary.LocalName] { scopes.flatMap { $0.filter { $0.kind == kind } } }

    mutating func add(_ fault: PlaybookFault) {
        if faults.count < DocumentLimits.faults { faults.append(fault) }
    }

    mutating func add(_ code: PlaybookFault.Code, at place: DocumentPlace, _ sentence: String) {
        add(PlaybookFault(code, at: place, sentence))
    }

    // MARK: Shapes

    /// `what` is what stands there, as a sentence calls it: `"title"`.
    mutating func read(_ node: DocumentTree.Node, as shape: Shape, _ what: String) -> Reading? {
        // Enough has been told, and nobody will use what is read.
        guard faults.count < DocumentLimits.faults else { return nil }
        if case .scalar(let scalar) = node.content, scalar.isAbsent {
            add(.missingValue, at: node.place, "\(what) has no value: write one, or delete the line")
            return nil
        }
        let value: Reading.Value?
        switch shape {
        case .leaf(let leaf): value = scalar(node, shape, what) { (check, text) in check.leaf(leaf, text, node, what) }
        case .integer(let range):
            value = scalar(node, shape, what) { (check, text) in check.integer(text, range, node, what) }
        case .choice(let choices):
            value = scalar(node, shape, what) { (check, text) in check.choice(text, choices, node, what) }
        case .id(let kind): value = scalar(node, shape, what) { (check, text) in check.define(text, kind, node) }
        case .reference(let kinds):
            value = scalar(node, shape, what) { (check, text) in check.refer(text, kinds, node) }
        case .call(let forms):
            value = scalar(node, shape, what) { (check, text) in check.call(text, forms, node, what) }
        case .list(let element, let range): value = list(node, of: element, range, shape, what)
        case .table(let key, let value_): value = table(node, key, value_, shape, what)
        case .bySeverity(let each): value = bySeverity(node, each, what)
        case .record(let record): value = self.record(node, record, shape, what)
        case .either(let scalar, let list, let map):
            let chosen: Shape?
            switch node.content {
            case .scalar: chosen = scalar
            case .list: chosen = list
            case .map: chosen = map
            }
            guard let chosen else { return wrongKind(node, shape, what) }
            return read(node, as: chosen, what)
        }
        return value.map { Reading(place: node.place, value: $0) }
    }

    private mutating func scalar(
        _ node: DocumentTree.Node, _ shape: Shape, _ what: String,
        _ read: (inout ShapeCheck, String) -> (any Sendable)?
    ) -> Reading.Value? {
        guard case .scalar(let scalar) = node.content else { return wrongKind(node, shape, what) }
        return read(&self, scalar.text).map { .leaf($0) }
    }

    private mutating func wrongKind<Result>(_ node: DocumentTree.Node, _ shape: Shape, _ what: String) -> Result? {
        add(.wrongKind, at: node.place, "\(what) is \(shape.phrase), not \(node.kindWords)")
        return nil
    }

    private mutating func list(
        _ node: DocumentTree.Node, of element: Shape, _ range: ClosedRange<Int>, _ shape: Shape, _ what: String
    ) -> Reading.Value? {
        guard case .list(let nodes) = node.content else { return wrongKind(node, shape, what) }
        if nodes.count < range.lowerBound {
            add(.tooFew, at: node.place, "\(what) has \(nodes.count) elements: it needs at least \(range.lowerBound)")
        }
        if nodes.count > range.upperBound {
            add(.tooMany, at: node.place, "\(what) has \(nodes.count) elements, more than \(range.upperBound)")
            return nil
        }
        checkLocalNames(nodes, element)
        var readings: [Reading] = []
        for node in nodes {
            guard let reading = read(node, as: element, "an element of \(what)") else { continue }
            readings.append(reading)
        }
        return readings.count == nodes.count ? .list(readings) : nil
    }

    /// Names that are known within their list only are different there.
    private mutating func checkLocalNames(_ nodes: [DocumentTree.Node], _ element: Shape) {
        let map: Shape = if case .either(_, _, let map?) = element { map } else { element }
        guard case .record(let record) = map, let field = record.fields.first(where: { $0.key == "id" }),
            case .id(let kind) = field.shape, kind.isLocal
        else { return }
        var seen: [String: DocumentPlace] = [:]
        for node in nodes {
            guard let value = node["id"], let id = value.text else { continue }
            if let first = seen.updateValue(value.place, forKey: id) {
                add(
                    .duplicateID, at: value.place,
                    "the \(kind.noun) \"\(id)\" is already in line \(first.line) of this list")
            }
        }
    }

    private mutating func table(
        _ node: DocumentTree.Node, _ key: Shape, _ value: Shape, _ shape: Shape, _ what: String
    ) -> Reading.Value? {
        guard case .map(let entries) = node.content else { return wrongKind(node, shape, what) }
        guard entries.count <= DocumentLimits.elements else {
            add(.tooMany, at: node.place, "\(what) has \(entries.count) keys, more than \(DocumentLimits.elements)")
            return nil
        }
        var rows: [Reading.Row] = []
        for entry in entries {
            let keyNode = DocumentTree.Node(.scalar(DocumentTree.Scalar(entry.key, style: .folded)), at: entry.keyPlace)
            let keyReading = read(keyNode, as: key, "a key of \(what)")
            let reading = read(entry.value, as: value, "\"\(entry.key)\"")
            if let keyReading, let reading, case .leaf(let key) = keyReading.value {
                rows.append(Reading.Row(key: key, value: reading))
            }
        }
        return rows.count == entries.count ? .table(rows) : nil
    }

    private mutating func bySeverity(_ node: DocumentTree.Node, _ each: Shape, _ what: String) -> Reading.Value? {
        guard case .map(let entries) = node.content else {
            return read(node, as: each, what).map { .bySeverity(BySeverity(others: $0)) }
        }
        var named: [BySeverity<Reading>.Entry] = []
        var others: Reading?
        var isWhole = true
        for entry in entries {
            let reading = read(entry.value, as: each, "\"\(entry.key)\"")
            isWhole = isWhole && reading != nil
            if entry.key == Self.others {
                others = reading
            } else if names.knows(.severity, entry.key) {
                if let reading { named.append(.init(ElementID(entry.key), reading)) }
            } else {
                add(unknown(entry.key, [.severity], entry.keyPlace, besides: [Self.others]))
                isWhole = false
            }
        }
        return isWhole ? .bySeverity(BySeverity(named, others: others)) : nil
    }

    /// The severities that a map by severity does not name.
    static let others = "others"

    // MARK: Records

    private mutating func record(
        _ node: DocumentTree.Node, _ record: RecordShape, _ shape: Shape, _ what: String
    ) -> Reading.Value? {
        guard case .map = node.content else { return wrongKind(node, shape, what) }
        return self.record(node, record).map { .record($0) }
    }

    /// Reads the keys of a record in the order of its shape. `after` is told of each of them, so that what one says
    /// can be of use for the next.
    mutating func record(
        _ node: DocumentTree.Node, _ record: RecordShape,
        after: (inout ShapeCheck, RecordShape.Field, Reading?) -> Void = { _, _, _ in }
    ) -> Reading.Record? {
        guard case .map(let entries) = node.content else { return nil }
        let before = faults.count
        scopes.append(Vocabulary.localNames(of: node, record))
        let named = node["zone"]?.text
        zones.append(named.flatMap { zoneNamed($0) } ?? localZone)
        var values: [Reading?] = []
        for field in record.fields {
            let reading = self.field(field, of: record, node)
            values.append(reading)
            after(&self, field, reading)
        }
        var rest: [Reading.Row] = []
        for entry in entries where record.index(of: entry.key) == nil {
            guard faults.count < DocumentLimits.faults else { break }
            if let row = self.rest(entry, of: record) { rest.append(row) }
        }
        checkGroups(record, entries, node)
        checkNeeds(record, node)
        defineByName(node, record)
        scopes.removeLast()
        zones.removeLast()
        guard faults.count == before else { return nil }
        return Reading.Record(shape: record, place: node.place, values: values, rest: rest)
    }

    private mutating func field(_ field: RecordShape.Field, of record: RecordShape, _ node: DocumentTree.Node)
        -> Reading?
    {
        guard let value = node[field.key] else {
            if field.isRequired {
                add(.missingKey, at: node.place, "\(record.name.withArticle) needs \"\(field.key)\": \(field.summary)")
            }
            return nil
        }
        return read(value, as: field.shape, "\"\(field.key)\"")
    }

    private mutating func rest(_ entry: DocumentTree.Entry, of record: RecordShape) -> Reading.Row? {
        if let rest = record.rest, names.knows(rest.kind, entry.key) {
            return read(entry.value, as: rest.shape, "\"\(entry.key)\"").map { Reading.Row(key: entry.key, value: $0) }
        }
        let known = record.fields.map(\.key) + (record.rest.map { names.names($0.kind) } ?? [])
        let hint = NearestName.hint(entry.key, among: known)
        add(
            .unknownKey, at: entry.keyPlace,
            "\(record.name.withArticle) has no key \"\(entry.key)\""
                + (hint.isEmpty ? ": it has \(known.joined(separator: ", "))" : hint))
        return nil
    }

    private mutating func checkGroups(_ record: RecordShape, _ entries: [DocumentTree.Entry], _ node: DocumentTree.Node)
    {
        for group in record.exactlyOneOf {
            let present = entries.filter { group.contains($0.key) }
            if present.isEmpty {
                add(
                    .missingKey, at: node.place,
                    "\(record.name.withArticle) needs one of \(group.joined(separator: ", "))")
            } else if present.count > 1 {
                add(
                    .conflictingKeys, at: present[1].keyPlace,
                    "\(record.name.withArticle) has \"\(present[0].key)\" or \"\(present[1].key)\", not both: make "
                        + "it two"
                )
            }
        }
    }

    private mutating func checkNeeds(_ record: RecordShape, _ node: DocumentTree.Node) {
        for need in record.needs where node[need.needed] == nil {
            let word = node[need.key]?.text
            guard word == need.word || (word == nil && need.isDefault) else { continue }
            add(
                .missingKey, at: node[need.key]?.place ?? node.place,
                "\(record.name.withArticle) of \(need.key) \(need.word) needs \"\(need.needed)\"")
        }
    }

    private mutating func defineByName(_ node: DocumentTree.Node, _ record: RecordShape) {
        guard node["id"] == nil, let key = record.nameKey, let value = node[key], let name = value.text,
            let index = record.index(of: "id"), case .id(let kind) = record.fields[index].shape
        else { return }
        _ = define(name, kind, value)
    }

    // MARK: Names

    private mutating func define(_ text: String, _ kind: NameKind, _ node: DocumentTree.Node) -> String? {
        if kind == .field, Guard.reservedWords.contains(text) {
            add(
                .badValue, at: node.place,
                "\"\(text)\" is a word of conditions and cannot name a field: choose another id")
            return nil
        }
        if let reason = Self.faultOfID(text) {
            add(.badValue, at: node.place, reason)
            return nil
        }
        if kind == .severity, text == Self.others {
            add(.badValue, at: node.place, "\"\(text)\" means the severities that are not named: choose another id")
            return nil
        }
        guard !kind.isLocal else { return text }
        if let first = definitions[kind.namespace, default: [:]].updateValue(node.place, forKey: text) {
            definitions[kind.namespace]?[text] = first
            add(
                .duplicateID, at: node.place,
                "the name \"\(text)\" is already given in line \(first.line): choose another id")
            return nil
        }
        return text
    }

    private static func faultOfID(_ text: String) -> String? {
        guard text.unicodeScalars.count <= DocumentLimits.idLength else {
            return "an id has at most \(DocumentLimits.idLength) characters, and this has \(text.unicodeScalars.count)"
        }
        let isLetterOrDigit = { (byte: UInt8) in YAMLSurvey.isNameByte(byte) && byte != 0x2d && byte != 0x5f }
        guard let first = text.utf8.first, isLetterOrDigit(first),
            text.utf8.allSatisfy({ YAMLSurvey.isNameByte($0) || $0 == UInt8(ascii: ".") })
        else {
            return
                "an id is made of letters, digits, -, _ and ., and begins with a letter or a digit; \"\(text.cut)\" "
                + "does not"
        }
        return nil
    }

    private mutating func refer(_ text: String, _ kinds: [NameKind], _ node: DocumentTree.Node) -> String? {
        guard names.kind(of: text, among: kinds) == nil else { return text }
        add(unknown(text, kinds, node.place))
        return nil
    }

    /// The fault of a name that nothing has.
    func unknown(
        _ text: String, _ kinds: [NameKind], _ place: DocumentPlace, besides: [String] = []
    ) -> PlaybookFault {
        let known = kinds.flatMap(names.names) + besides
        let nouns = kinds.map(\.noun)
        let list =
            nouns.count > 1 ? nouns.dropLast().joined(separator: ", ") + " or " + nouns[nouns.count - 1] : nouns[0]
        let hint = NearestName.hint(text, among: known)
        let sentence =
            "there is no \(list) \"\(text.cut)\""
            + (hint.isEmpty ? (known.isEmpty ? ": none is defined" : ": there is \(known.told)") : hint)
        return PlaybookFault(.unknownReference, at: place, sentence)
    }

    // MARK: Words

    private mutating func choice(
        _ text: String, _ choices: [Shape.Choice], _ node: DocumentTree.Node, _ what: String
    ) -> String? {
        let words = choices.map(\.word)
        guard !words.contains(text) else { return text }
        let hint = NearestName.hint(text, among: words)
        add(
            .badValue, at: node.place,
            "\(what) is \(Self.oneOf(words)), not \"\(text.cut)\"\(words.count > 6 ? hint : "")")
        return nil
    }

    static func oneOf(_ words: [String]) -> String {
        words.count > 1 ? words.dropLast().joined(separator: ", ") + " or " + words[words.count - 1] : words.joined()
    }

    private mutating func integer(
        _ text: String, _ range: ClosedRange<Int>, _ node: DocumentTree.Node, _ what: String
    ) -> Int? {
        guard text.utf8.count <= 18, let number = Int(text), text.utf8.first != UInt8(ascii: "+"),
            range.contains(number)
        else {
            add(
                .badValue, at: node.place,
                "\(what) is a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text.cut)\"")
            return nil
        }
        return number
    }

    private mutating func call(
        _ text: String, _ forms: CallForms, _ node: DocumentTree.Node, _ what: String
    ) -> Call? {
        let open = text.firstIndex(of: "(")
        let word = String(text[..<(open ?? text.endIndex)])
        guard let form = forms.forms.first(where: { $0.word == word }) else {
            let words = forms.forms.map(\.word)
            let hint = NearestName.hint(word, among: words)
            add(
                .badValue, at: node.place,
                "\(what): there is no \(forms.name) \"\(text.cut)\""
                    + (hint.isEmpty ? ": write \(Self.oneOf(words))" : hint))
            return nil
        }
        guard let open else {
            guard form.argument == nil || form.isArgumentOptional else {
                add(.badValue, at: node.place, "\(what): write \(form.notation) with a name in the parentheses")
                return nil
            }
            return Call(word: word, argument: nil)
        }
        guard let kind = form.argument else {
            add(.badValue, at: node.place, "\(what): \"\(word)\" stands alone, without parentheses")
            return nil
        }
        guard text.last == ")" else {
            add(.badValue, at: node.place, "\(what): write \(form.notation), with the closing parenthesis at the end")
            return nil
        }
        let argument = String(text[text.index(after: open)..<text.index(before: text.endIndex)])
        guard names.knows(kind, argument) else {
            let offset = text[...open].unicodeScalars.count
            add(unknown(argument, [kind], tree.place(of: node, offset: offset)))
            return nil
        }
        return Call(word: word, argument: argument)
    }
}

extension CallForms.Form {
    /// `phase(PHASE)`.
    var notation: String { argument.map { "\(word)(\($0.rawValue.uppercased()))" } ?? word }
}

extension String {
    /// As a sentence quotes it.
    var cut: String {
        let limit = 60
        let shown = unicodeScalars.map { $0 == "\n" ? " " : $0 }.prefix(limit)
        return String(String.UnicodeScalarView(shown)) + (unicodeScalars.count > limit ? "…" : "")
    }

    /// `a role`, `an audience`.
    var withArticle: String { ("aeiou".contains(first ?? "x") ? "an " : "a ") + self }
}

extension [String] {
    /// The first eight, which is enough to see what they are like.
    var told: String {
        prefix(8).joined(separator: ", ") + (count > 8 ? " and \(count - 8) more" : "")
    }
}

extension Shape {
    /// What stands there, as a sentence calls it.
    var phrase: String {
        switch self {
        case .leaf, .choice, .id, .reference, .call: "a text"
        case .integer: "a number"
        case .list: "a list"
        case .table, .record: "a map"
        case .bySeverity(let each): "\(each.phrase), or a map from severity to it"
        case .either(let scalar, let list, let map):
            ShapeCheck.oneOf(
                [scalar.map { _ in "a text" }, list.map { _ in "a list" }, map.map { _ in "a map" }].compactMap { $0 })
        }
    }
}
