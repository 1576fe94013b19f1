import Chronology

/// How the key of an incident, of an action, or the name of a room is made: literal text and placeholders in braces.
public struct NamePattern: Hashable, Sendable {
    public enum Part: Hashable, Sendable {
        case literal(String)
        /// `2026-12-25`.
        case date
        /// `20261225`.
        case compactDate
        /// A number of at least that many digits, counted from 1 for each date, or once for all where there is no date.
        case sequence(digits: Int)
        /// The title in letters, digits and dashes.
        case slug
        /// The key of the incident.
        case key
        case category
        case area
    }

    public let text: String
    public let parts: [Part]

    /// What a pattern names, and so what it may hold.
    public enum Purpose: Hashable, Sendable {
        case incidentKey, actionKey, room

        /// The placeholders, for sentences.
        var placeholders: [String] {
            switch self {
            case .incidentKey: ["{date}", "{date:compact}", "{seq:N}"]
            case .actionKey: ["{date}", "{date:compact}", "{seq:N}", "{category}", "{area}"]
            case .room: ["{date}", "{date:compact}", "{seq:N}", "{slug}", "{key}"]
            }
        }

        fileprivate func allows(_ character: Unicode.Scalar) -> Bool {
            switch character {
            case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
            // Rooms have names that a chat system chose; keys stand in URLs and on command lines.
            default: self == .room && character.value > 0x20 && character != "}"
            }
        }
    }

    /// What is wrong with a pattern, and where: Unicode scalars from 0.
    public struct Fault: Error, Hashable, Sendable {
        public let offset: Int
        public let reason: String
    }

    public init(_ text: String, for purpose: Purpose) throws(Fault) {
        var parts: [Part] = []
        var literal = ""
        let characters = Array(text.unicodeScalars)
        var index = 0
        while index < characters.count {
            guard characters[index] == "{" else {
                guard purpose.allows(characters[index]) else {
                    throw Fault(
                        offset: index, reason: "a key holds letters, digits, -, _ and ., not \"\(characters[index])\"")
                }
                literal.unicodeScalars.append(characters[index])
                index += 1
                continue
            }
            guard let end = characters[index...].firstIndex(of: "}") else {
                throw Fault(offset: index, reason: "this brace is never closed")
            }
            let name = String(String.UnicodeScalarView(characters[(index + 1)..<end]))
            guard let part = Self.part(name), purpose.placeholders.contains(Self.form(part)) else {
                throw Fault(
                    offset: index,
                    reason: "{\(name.cut)} cannot stand here: write \(ShapeCheck.oneOf(purpose.placeholders))")
            }
            if !literal.isEmpty { parts.append(.literal(literal)) }
            literal = ""
            parts.append(part)
            index = end + 1
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
        let sequences = parts.count { if case .sequence = $0 { true } else { false } }
        guard purpose == .room || sequences == 1 else {
            throw Fault(offset: 0, reason: "a key holds {seq:N} exactly once, so that no two are alike")
        }
        self.text = text
        self.parts = parts
    }

    /// `ACTION-{seq:3}`.
    static let usualActionKey = NamePattern(text: "ACTION-{seq:3}", parts: [.literal("ACTION-"), .sequence(digits: 3)])

    private init(text: String, parts: [Part]) {
        self.text = text
        self.parts = parts
    }

    private static func part(_ name: String) -> Part? {
        switch name {
        case "date": return .date
        case "date:compact": return .compactDate
        case "slug": return .slug
        case "key": return .key
        case "category": return .category
        case "area": return .area
        default:
            guard name.hasPrefix("seq:"), let digits = Int(name.dropFirst(4)), (1...9).contains(digits) else {
                return nil
            }
            return .sequence(digits: digits)
        }
    }

    private static func form(_ part: Part) -> String {
        switch part {
        case .literal(let text): text
        case .date: "{date}"
        case .compactDate: "{date:compact}"
        case .sequence: "{seq:N}"
        case .slug: "{slug}"
        case .key: "{key}"
        case .category: "{category}"
        case .area: "{area}"
        }
    }
}
