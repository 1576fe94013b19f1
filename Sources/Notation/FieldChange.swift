/// One field of a document that a change has changed, fit for a log that many may read: a secret is only ever said to be
/// changed, and no value is longer than a line.
public struct FieldChange: Hashable, Sendable {
    /// What is kept of old and new.
    public enum Content: Hashable, Sendable {
        /// nil: it was, or is, not there. A longer value is cut and ends with an ellipsis; then it is a text.
        case values(from: JSON?, to: JSON?)
        /// A password, a key, a token, or the part of an address that may hold one.
        case secret
    }

    /// A JSON pointer. A member of a list that has an id is named by it: `/contacts/ctm_1/destination`.
    public let field: String
    public let content: Content

    public init(_ field: String, from: JSON?, to: JSON?) {
        self.field = field
        content = .values(from: from.map(Self.shortened), to: to.map(Self.shortened))
    }

    public init(secret field: String) {
        self.field = field
        content = .secret
    }

    /// Of what is kept already.
    private init(_ field: String, kept content: Content) {
        self.field = field
        self.content = content
    }

    /// What a person reads: `/name: "Ana" → "Bea"`, `/contacts/ctm_1/secret: changed`.
    public var sentence: String {
        switch content {
        case .secret: "\(field): changed"
        case .values(let from, let to): "\(field): \(from?.text ?? "nothing") → \(to?.text ?? "nothing")"
        }
    }

    /// A line of a table, in bytes.
    public static let longestValue = 240
    /// The most that one record keeps: what changes more is an import, and its document is in the history.
    public static let mostChanges = 40
    /// Documents are far flatter; what lies deeper is compared whole.
    private static let deepest = 12

    private static func shortened(_ value: JSON) -> JSON {
        let text = value.text
        guard text.utf8.count > longestValue else { return value }
        let whole = value.string ?? text
        var cut = String.UnicodeScalarView()
        var size = 0
        for scalar in whole.unicodeScalars {
            size += scalar.utf8.count
            guard size <= longestValue else { break }
            cut.append(scalar)
        }
        return .string(String(cut) + "…")
    }
}

// MARK: Comparing

extension FieldChange {
    /// What is different between two documents, in the order of the newer one's members; nil stands for no document. A member
    /// that is null is as one that is not there. All of them, however many: the writer of a record keeps the first
    /// `mostChanges`.
    public static func changes(from old: JSON?, to new: JSON?) -> [FieldChange] {
        var changes: [FieldChange] = []
        compare(old, new, at: "", depth: 0, into: &changes)
        return changes
    }

    private static func compare(
        _ old: JSON?, _ new: JSON?, at field: String, depth: Int, into changes: inout [FieldChange]
    ) {
        let (old, new) = (old == .null ? nil : old, new == .null ? nil : new)
        guard old != new else { return }
        if depth < deepest, let pair = pair(old, new) {
            let (olds, news) = (named(pair.old), named(pair.new))
            for name in unique(news.map(\.name) + olds.map(\.name)) {
                let step = field + "/" + JSONPointer.escape(name)
                let (before, after) = (value(of: name, in: olds), value(of: name, in: news))
                guard before != after else { continue }
                if isSecret(name) {
                    if (before ?? .null) != (after ?? .null) { changes.append(FieldChange(secret: step)) }
                } else if name == "destination" {
                    changes.append(address(step, before, after))
                } else {
                    compare(before, after, at: step, depth: depth + 1, into: &changes)
                }
            }
            noteOrder(pair.old, pair.new, at: field, into: &changes)
        } else {
            changes.append(FieldChange(field, from: old, to: new))
        }
    }

    /// Both as containers of the same sort, a missing one as an empty one; nil when they are compared as values.
    private static func pair(_ old: JSON?, _ new: JSON?) -> (old: JSON, new: JSON)? {
        switch (old, new) {
        case (.object?, .object?), (.array?, .array?): break
        case (.object?, nil), (nil, .object?): return (old ?? .object([]), new ?? .object([]))
        case (.array?, nil), (nil, .array?): break
        default: return nil
        }
        let (old, new) = (old ?? .array([]), new ?? .array([]))
        if case .object = old { return (old, new) }
        // Lists of plain values are short, and say more side by side.
        let elements = (old.array ?? []) + (new.array ?? [])
        return elements.allSatisfy { $0.members != nil } ? (old, new) : nil
    }

    /// The members of an object, or the elements of a list under their ids, or under their numbers where one has none.
    private static func named(_ container: JSON) -> [JSON.Member] {
        if let members = container.members { return members }
        let elements = container.array ?? []
        let ids = elements.compactMap { $0["id"]?.string }
        guard ids.count == elements.count, Set(ids).count == ids.count else {
            return elements.enumerated().map { JSON.Member("\($0)", $1) }
        }
        return zip(ids, elements).map { JSON.Member($0, $1) }
    }

    /// A list whose elements have only changed places would look unchanged by their ids.
    private static func noteOrder(_ old: JSON, _ new: JSON, at field: String, into changes: inout [FieldChange]) {
        guard old.array != nil else { return }
        let (before, after) = (named(old).map(\.name), named(new).map(\.name))
        guard before != after, Set(before) == Set(after) else { return }
        changes.append(
            FieldChange(field, from: .array(before.map(JSON.string)), to: .array(after.map(JSON.string))))
    }

    private static func value(of name: String, in members: [JSON.Member]) -> JSON? {
        members.first { $0.name == name }?.value
    }

    private static func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    // MARK: Secrets

    private static let secretWords = [
        "secret", "password", "token", "credential", "keyhash", "apikey", "signingkey", "privatekey",
    ]

    private static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return secretWords.contains { name.contains($0) }
    }

    /// Where a message goes. Behind the host of a web address there is often a key; it is not kept.
    private static func address(_ field: String, _ old: JSON?, _ new: JSON?) -> FieldChange {
        let (from, to) = (old.map(withoutKey), new.map(withoutKey))
        return from == to ? FieldChange(secret: field) : FieldChange(field, from: from, to: to)
    }

    private static func withoutKey(_ address: JSON) -> JSON {
        guard let text = address.string, let scheme = text.firstRange(of: "://") else { return address }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        return .string("\(text[..<scheme.upperBound])\(host)/…")
    }
}

// MARK: The record

extension FieldChange {
    /// Writes the members `changes` and, where there were too many, `moreChanges` into a record's object; nothing when there
    /// are none.
    public static func write(_ changes: [FieldChange], into record: inout JSONWriter) {
        guard !changes.isEmpty else { return }
        record.member(
            "changes", array: { array in for change in changes.prefix(mostChanges) { change.write(into: &array) } })
        if changes.count > mostChanges { record.member("moreChanges", changes.count - mostChanges) }
    }

    private func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("field", field)
            switch content {
            case .secret: writer.member("secret", true)
            case .values(let from, let to):
                if let from { writer.member("from", from) }
                if let to { writer.member("to", to) }
            }
        }
    }

    /// Reads what `write` wrote. Records from before there were changes have none; an element that is none is left out.
    public static func read(_ record: JSON) -> [FieldChange] {
        (record["changes"]?.array ?? []).compactMap { element in
            guard let field = element["field"]?.string else { return nil }
            if element["secret"] == true { return FieldChange(secret: field) }
            return FieldChange(field, kept: .values(from: element["from"], to: element["to"]))
        }
    }
}
