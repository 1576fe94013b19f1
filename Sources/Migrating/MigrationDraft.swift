import Chronology
import Notation
import OnCall
import Paging

/// An import while it is made: documents, findings, and who is who.
struct MigrationDraft {
    let context: MigrationContext
    private(set) var documents: [MigratedDocument] = []
    private(set) var findings: [MigrationFinding] = []
    private var claimed: [MigratedDocument.Kind: Set<String>] = [:]
    private var names: [MigratedDocument.Kind: Set<String>] = [:]
    private var counters: [String: Int] = [:]
    /// Everybody by the source's id, by e-mail address, and by names and user names in lower case.
    private var peopleByKey: [String: UserID] = [:]
    private var peopleByEmail: [String: UserID] = [:]
    private var peopleByWord: [String: [UserID]] = [:]
    private var peopleNames: [UserID: String] = [:]

    var horizon: TimeSpan { context.horizon }

    init(_ context: MigrationContext) {
        self.context = context
        for person in context.people {
            know(DraftPerson(id: person.id, name: person.name, email: person.email, words: []), as: nil)
            claimed[.user, default: []].insert(person.id.text)
        }
    }

    // MARK: Findings

    mutating func note(
        _ kind: String, _ object: ExportObject, name: String? = nil, id: String? = nil,
        _ verdict: MigrationFinding.Verdict, _ sentence: String, document: String? = nil
    ) {
        note(
            kind, id: id ?? object.id, name: name ?? object.text("name"), verdict, sentence, document: document,
            file: object.file)
    }

    mutating func note(
        _ kind: String, id: String, name: String, _ verdict: MigrationFinding.Verdict, _ sentence: String,
        document: String? = nil, file: String
    ) {
        findings.append(
            MigrationFinding(
                kind: kind, id: Self.line(id), name: Self.line(name), verdict: verdict,
                sentence: Self.line(sentence), document: document, file: file))
    }

    /// One line without control characters, of bounded length.
    static func line(_ text: String, _ limit: Int = 600) -> String {
        var line = ""
        var count = 0
        for scalar in text.unicodeScalars {
            guard count < limit else { return line + "…" }
            let isControl = scalar.value < 0x20 || (0x7f..<0xa0).contains(scalar.value)
            line.unicodeScalars.append(isControl ? " " : scalar)
            count += 1
        }
        return line
    }

    // MARK: Ids and names

    /// An id for each, in order. Those whose names make the same id all get a part of their own id as well, so that none
    /// changes when another is there at the next import.
    mutating func ids(_ kind: MigratedDocument.Kind, _ objects: [(id: String, name: String)]) -> [String] {
        // Ids of overrides begin with those of their schedules.
        let (length, rest) = kind == .schedule ? (24, 10) : (Slug.length, 24)
        var bases = objects.map { Slug.make($0.name, length) }
        var counts: [String: Int] = [:]
        for base in bases { counts[base, default: 0] += 1 }
        for index in bases.indices {
            let base = bases[index]
            let own = Slug.ofID(objects[index].id, rest)
            if base.isEmpty || (counts[base] ?? 0) > 1 || claimed[kind, default: []].contains(base) {
                let stem = base.isEmpty ? kind.rawValue : base
                bases[index] = own.isEmpty ? stem : "\(stem)-\(own)"
            }
            bases[index] = claim(kind, bases[index])
        }
        return bases
    }

    /// The id itself, or with a number where it is taken.
    mutating func claim(_ kind: MigratedDocument.Kind, _ base: String) -> String {
        var id = base
        let key = "\(kind.rawValue)/\(base)"
        while !claimed[kind, default: []].insert(id).inserted {
            let number = counters[key, default: 1] + 1
            counters[key] = number
            id = "\(base)-\(number)"
        }
        return id
    }

    /// A name that no other document of the kind has: schedules and teams are called by their names.
    mutating func uniqueName(_ kind: MigratedDocument.Kind, _ name: String, id: String) -> String {
        var unique = Self.name(name, instead: id)
        if names[kind, default: []].contains(unique.lowercased()) { unique = Self.name("\(name) (\(id))", instead: id) }
        var number = 2
        while !names[kind, default: []].insert(unique.lowercased()).inserted {
            unique = Self.name("\(number) \(name) (\(id))", instead: id)
            number += 1
        }
        return unique
    }

    /// At most 128 characters on one line, as Tocsin has them.
    static func name(_ name: String, instead: String) -> String {
        let line = line(name, Schedule.nameLimit - 1)
        let trimmed = line.unicodeScalars.drop { $0 == " " }
        return trimmed.isEmpty ? (instead.isEmpty ? "unnamed" : instead) : String(trimmed)
    }

    mutating func add(_ kind: MigratedDocument.Kind, _ id: String, _ body: JSON) {
        documents.append(MigratedDocument(kind: kind, id: id, body: body))
    }

    // MARK: People

    /// - Parameter key: of the source; nil: they are not of one.
    mutating func know(_ person: DraftPerson, as key: String?) {
        if let key { peopleByKey[key] = person.id }
        if peopleNames[person.id] == nil {
            peopleNames[person.id] = person.name
            if peopleByEmail[person.email.lowercased()] == nil { peopleByEmail[person.email.lowercased()] = person.id }
        }
        for word in [person.name, person.id.text] + person.words where !word.isEmpty {
            let word = word.lowercased()
            if !peopleByWord[word, default: []].contains(person.id) {
                peopleByWord[word, default: []].append(person.id)
            }
        }
    }

    /// Somebody of an export, by the source's id.
    func person(_ source: MigrationSource, _ id: String) -> UserID? { peopleByKey[source.key(id)] }

    func name(of user: UserID) -> String { peopleNames[user] ?? user.text }

    func person(email: String) -> UserID? { peopleByEmail[email.lowercased()] }

    enum Recognition: Hashable {
        case found(UserID)
        case nobody
        /// Several have that name.
        case several
    }

    /// Somebody by id, e-mail address, name or user name, without regard to case. Never by a part of it.
    func recognised(_ word: String) -> Recognition {
        let key = word.lowercased()
        guard !key.isEmpty else { return .nobody }
        if peopleNames[UserID(word)] != nil { return .found(UserID(word)) }
        if let user = peopleByEmail[key] { return .found(user) }
        let found = peopleByWord[key] ?? []
        guard let first = found.first else { return .nobody }
        return found.count == 1 ? .found(first) : .several
    }
}

struct DraftPerson: Hashable {
    let id: UserID
    let name: String
    let email: String
    /// User names.
    var words: [String]
}

extension MigrationSource {
    func key(_ id: String) -> String { "\(rawValue)/\(id)" }
}

extension MigrationDraft {
    /// The people of references, and the words for those who are not among the users.
    func people(
        _ source: MigrationSource, _ references: [ExportObject]
    ) -> (users: [UserID], missing: [String]) {
        var users: [UserID] = []
        var missing: [String] = []
        for reference in references {
            if let user = person(source, reference.id) {
                if !users.contains(user) { users.append(user) }
            } else {
                let words = ["summary", "name", "username", "email"].map(reference.text).first { !$0.isEmpty }
                missing.append(words.map { "\($0) (\(reference.id))" } ?? reference.id)
            }
        }
        return (users, missing)
    }

    /// `1 layer`, `2 layers`.
    static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)" + (number == 1 ? "" : "s") }

    /// `Ana, Ben and Cy`.
    static func list(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "nobody" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}
