import Chronology
import Notation

/// What an incident needs of its team's written procedure: the ladder, the words for the states, the roles, the pattern
/// of the key. It is data, read from a document; nothing of it is known to the code.
public struct Procedure: Hashable, Sendable {
    public struct Role: Hashable, Sendable {
        public let id: String
        public let label: String
        /// How many people may have it at a time; nil: any number. Where it is one, whoever takes it takes it over.
        public let most: Int?

        public init(id: String, label: String, most: Int? = 1) {
            self.id = id
            self.label = label
            self.most = most
        }
    }

    public struct StatusLabel: Hashable, Sendable {
        public let status: IncidentStatus
        public let label: String
        /// The procedure's own name of it: that of the state, unless several stand for one state.
        public let id: String

        public init(_ status: IncidentStatus, label: String, id: String? = nil) {
            self.status = status
            self.label = label
            self.id = id ?? status.rawValue
        }

        /// What an event keeps of it: nothing where the state says all.
        var name: String? { id == status.rawValue ? nil : id }
    }

    public let id: String
    public let version: Int
    public let name: String
    public let ladder: Ladder
    /// The states that this procedure uses, in the order in which it shows them.
    public let statuses: [StatusLabel]
    /// The first is the one who leads.
    public let roles: [Role]
    public let keyPattern: KeyPattern
    /// The zone whose date stands in a key.
    public let keyZone: Zone

    public init(
        id: String, version: Int, name: String, ladder: Ladder, statuses: [StatusLabel], roles: [Role],
        keyPattern: KeyPattern, keyZone: Zone = .utc
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.ladder = ladder
        self.statuses = statuses
        self.roles = roles
        self.keyPattern = keyPattern
        self.keyZone = keyZone
    }

    /// - Parameter name: which of the statuses of that state, where there are several; nil: the first.
    public func label(of status: IncidentStatus, named name: String? = nil) -> String {
        statuses.first { $0.status == status && (name == nil || $0.id == name) }?.label
            ?? statuses.first { $0.status == status }?.label ?? status.rawValue
    }

    /// The statuses that a person's word means: the procedure's label or name of it, or the kernel's name of the state,
    /// without regard to case. More than one where a label stands for several states.
    public func statuses(meaning word: String) -> [StatusLabel] {
        statuses.filter {
            $0.label.isSameWord(as: word) || $0.id.isSameWord(as: word) || $0.status.rawValue.isSameWord(as: word)
        }
    }

    /// Where an incident in that state may go under this procedure, in the procedure's order.
    public func successors(of status: IncidentStatus) -> [IncidentStatus] {
        let allowed = status.successors
        var found: [IncidentStatus] = []
        for label in statuses where allowed.contains(label.status) && !found.contains(label.status) {
            found.append(label.status)
        }
        return found
    }

    /// The statuses that may follow the one that the incident has, a second one of the same state among them.
    public func choices(after status: IncidentStatus, named name: String?) -> [StatusLabel] {
        let allowed = status.successors
        return statuses.filter { label in
            allowed.contains(label.status)
                || (label.status == status && status.isActive && label.id != name ?? status.rawValue)
        }
    }

    public func role(named word: String) -> Role? {
        roles.first { $0.id.isSameWord(as: word) || $0.label.isSameWord(as: word) }
    }
}

/// How an incident's key is made: literal text with `{date}` (2026-12-25) or `{date:compact}` (20261225), and `{seq:N}`, a
/// number of at least N digits that starts at 1 for each date, or once for all where the pattern holds no date (S0-02).
public struct KeyPattern: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case literal(String)
        case date
        case compactDate
        case sequence(digits: Int)
    }

    public let text: String
    private let parts: [Part]

    /// Refuses a pattern without exactly one `{seq:N}`, an unknown placeholder, and characters that a key may not hold:
    /// a key stands in URLs and on command lines, so letters, digits, `-`, `_` and `.` are all there is.
    public init(_ text: String) throws(InputFault) {
        var parts: [Part] = []
        var rest = Substring(text)
        var sequences = 0
        while let first = rest.first {
            if first == "{" {
                guard let end = rest.firstIndex(of: "}") else {
                    throw InputFault(at: "/key", "\"\(text)\": a placeholder is not closed")
                }
                let name = rest[rest.index(after: rest.startIndex)..<end]
                rest = rest[rest.index(after: end)...]
                if name == "date" {
                    parts.append(.date)
                } else if name == "date:compact" {
                    parts.append(.compactDate)
                } else if name.hasPrefix("seq:"), let digits = Int(name.dropFirst(4)), (1...9).contains(digits) {
                    parts.append(.sequence(digits: digits))
                    sequences += 1
                } else {
                    throw InputFault(at: "/key", "{\(name)} is not known; a key is made of {date} and {seq:3}")
                }
            } else {
                let literal = rest.prefix { $0 != "{" }
                for character in literal.unicodeScalars where !Self.isAllowed(character) {
                    throw InputFault(at: "/key", "a key holds letters, digits, '-', '_' and '.', not \"\(character)\"")
                }
                parts.append(.literal(String(literal)))
                rest = rest[literal.endIndex...]
            }
        }
        guard sequences == 1 else { throw InputFault(at: "/key", "a key pattern holds {seq:N} exactly once") }
        self.text = text
        self.parts = parts
    }

    /// The text before the sequence number, which numbers are counted within: `INC-2026-11-21-`.
    public func series(on date: CivilDate) -> String {
        var series = ""
        for part in parts {
            switch part {
            case .literal(let text): series += text
            case .date: series += date.description
            case .compactDate: series += date.compact
            case .sequence: return series
            }
        }
        return series
    }

    public func key(on date: CivilDate, number: Int) -> String {
        var key = ""
        for part in parts {
            switch part {
            case .literal(let text): key += text
            case .date: key += date.description
            case .compactDate: key += date.compact
            case .sequence(let digits):
                let number = String(number)
                key += String(repeating: "0", count: max(0, digits - number.count)) + number
            }
        }
        return key
    }

    private static func isAllowed(_ character: Unicode.Scalar) -> Bool {
        switch character {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
        default: false
        }
    }
}

extension CivilDate {
    /// `20261225`.
    fileprivate var compact: String { description.filter { $0 != "-" } }
}
