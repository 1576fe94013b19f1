/// The work on one written procedure: what of it has been understood so far, and the draft that comes of it.
///
/// The recognisers are extensions, one file a topic. Each looks through the outline for what it knows by its words
/// and its shape, takes it into the draft, and enters the lines in the ledger; what a line has once been taken for,
/// no other recogniser takes again. Their order is that of `ProcedureImport`.
struct Recognition {
    let outline: Outline
    let lines: [SourceLine]
    /// By line, its words.
    let phrases: [Phrase]
    var ledger: Ledger
    var draft = Draft()

    /// The ids that have been given, by kind. Targets and audiences share theirs, as fields and their metrics do.
    private var ids: [String: Set<String>] = [:]
    /// What is tried behind a name that is taken.
    private var nextNumbers: [String: Int] = [:]
    /// The severities, worst first.
    var ladder: [WrittenSeverity] = []
    /// Ids of roles, targets, fields, by what the procedure calls them.
    var roles: [String: String] = [:]
    var targets: [String: String] = [:]
    var audiences: [String: String] = [:]
    /// What a table of updates calls them, in its words.
    var audienceNames: [(name: String, id: String)] = []
    /// Words for statuses, in the order in which they were met, and their lines.
    var statusWords: [(word: String, line: Int)] = []
    /// Whether some rule counts in business time, and the line that says so first.
    var businessLine: Int?
    /// Business time, where the procedure states it.
    var officeHours: WrittenHours?
    /// Meetings that rules name.
    var occasions: [String] = []
    /// Templates by what they are for.
    var templateUses: [TemplateUse] = []
    /// The fields that criteria compare, by what is measured.
    var figureFields: [String: String] = [:]
    /// Who is called when nobody acknowledges.
    var timeouts: [WrittenTimeout] = []
    /// The titles of targets, in order.
    var titles: [String] = []
    /// Whether it is known by which ways customers are told.
    var knownWays = false
    /// Whether there is a time zone of that name.
    var zoneExists: (String) -> Bool = { _ in true }

    init(outline: Outline, lines: [SourceLine]) {
        self.outline = outline
        self.lines = lines
        phrases = lines.map(\.text.phrase)
        ledger = Ledger(lines)
    }

    // MARK: Findings

    /// The lines say this; nothing is entered where there are none.
    mutating func understood(_ lines: some Sequence<Int>, _ what: String, _ path: DraftPath) {
        let lines = Array(lines)
        if !lines.isEmpty { ledger.add(lines, .understood(what: what, path: path.description), path: path) }
    }

    /// The line says this besides what else is made of it.
    mutating func noticed(at line: Int, _ what: String, _ path: DraftPath) {
        ledger.add([line], .understood(what: what, path: path.description), path: path, accounts: false)
    }

    mutating func ask(
        _ lines: some Sequence<Int>, _ question: String, _ choices: [String] = [], meanwhile: String, _ path: DraftPath
    ) {
        ledger.add(
            lines, .ambiguous(question: question, choices: choices, meanwhile: meanwhile, path: path.description),
            path: path)
    }

    /// Asks about lines of which something else is made, too.
    mutating func ask(
        at lines: [Int], _ question: String, _ choices: [String] = [], meanwhile: String, _ path: DraftPath
    ) {
        ledger.add(
            lines,
            .ambiguous(question: question, choices: choices, meanwhile: meanwhile, path: path.description),
            path: path, accounts: false)
    }

    mutating func ask(
        at line: Int, _ question: String, _ choices: [String] = [], meanwhile: String, _ path: DraftPath
    ) {
        ask(at: [line], question, choices, meanwhile: meanwhile, path)
    }

    mutating func leaveOut(_ lines: some Sequence<Int>, _ why: String) {
        ledger.add(lines, .leftOut(why: why))
    }

    func isFree(_ lines: some Sequence<Int>) -> Bool { ledger.isFree(lines) }
    func isFree(_ block: MarkdownBlock) -> Bool { ledger.isFree(block.lines) }

    // MARK: Draft

    /// An id for something of that name, unlike those that its kind has already.
    mutating func newID(_ kind: String, for name: String, otherwise fallback: String = "item") -> String {
        let base = name.slug ?? fallback
        var id = base
        var number = nextNumbers["\(kind)/\(base)", default: 2]
        while ids[kind, default: []].contains(id) || Self.reserved.contains(id) {
            id = "\(base)-\(number)"
            number += 1
        }
        nextNumbers["\(kind)/\(base)"] = number
        ids[kind, default: []].insert(id)
        return id
    }

    /// Takes the id as it is; false when something of that kind has it.
    mutating func claimID(_ kind: String, _ id: String) -> Bool { ids[kind, default: []].insert(id).inserted }

    /// Words of conditions, and those by which everybody is meant.
    private static let reserved: Set<String> = [
        "severity", "type", "status", "active", "always", "and", "or", "not", "in", "is", "at", "for", "public",
        "others",
        "declarer", "service", "kind",
    ]

    /// Adds a record to a list of the draft, and gives its path; nil when the list is full, which is told.
    @discardableResult
    mutating func add(_ list: DraftPath, _ record: DraftRecord, named name: String? = nil, line: Int) -> DraftPath? {
        var name = name
        if name == nil, case .text(let id)? = record["id"] { name = id }
        guard draft.append(list, DraftElement(record.node, name: name, line: line)) else {
            leaveOut(
                [line], "the draft has \(Draft.elementLimit) \(list) already, and the reader takes no more than 500")
            return nil
        }
        guard let name else {
            guard case .list(let elements)? = draft[list] else { return nil }
            return list + "\(elements.count)"
        }
        return list + name
    }

    mutating func noteStatus(_ word: String, line: Int) {
        let key = word.phrase.joined
        if !statusWords.contains(where: { $0.word.phrase.joined == key }) { statusWords.append((word, line)) }
    }

    // MARK: Looking around

    /// The sections whose title or whose note satisfies the condition and of whose headings nothing has been said.
    func sections(where isMeant: (ProcedureSection) -> Bool) -> [ProcedureSection] {
        outline.sections.filter { $0.heading != nil && isMeant($0) }
    }

    func isOpen(_ section: ProcedureSection) -> Bool {
        section.heading.map { isFree($0.lines) } ?? true
    }

    mutating func takeHeading(_ section: ProcedureSection, _ what: String, _ path: DraftPath) {
        guard let heading = section.heading, isFree(heading.lines) else { return }
        understood(heading.lines, what, path)
    }
}

/// A level of the severity ladder, as the procedure calls it.
struct WrittenSeverity: Hashable, Sendable {
    let id: String
    let name: String
    let line: Int
}

/// "If nobody acknowledges within 10 minutes, the secondary is paged."
struct WrittenTimeout: Hashable, Sendable {
    let target: String
    let after: String
    let plan: String
    let line: Int
}

/// What a template is for, so that it can be tied to a moment or a rhythm.
struct TemplateUse: Hashable, Sendable {
    enum Purpose: Hashable, Sendable {
        case declaration, update, resolution, closing, other
    }

    let id: String
    let purpose: Purpose
    let audience: String
    let line: Int
    /// Whether its words say that it updates, or only nothing else of it.
    let isSure: Bool
}
