import Chronology
import Delivery
import Notation
import Storage

/// The secrets of the store that must be readable to be used, and how they are sealed: the signing keys in users' documents,
/// in the documents' history too, and the key of acknowledgement links (S59).
///
/// In memory they are plain; whatever is written to the store goes through `sealed`, and whatever is read through `opened`.
public enum SealedSecrets {
    /// A text that only opens under the right key, so that a wrong one is found out at the start.
    private static let mark = "sealing-check"
    private static let markText = "tocsin"

    /// Where a secret lies. Ids hold no slash, so no two secrets have the same place; the versions of a document have, so
    /// that the history is readable as long as the document.
    private static func place(_ kind: DocumentKind, _ id: String, _ name: String) -> String {
        switch kind {
        case .channel, .monitor: "document/\(kind.rawValue)/\(id)/secrets/\(name)"
        case .team: "document/team/\(id)/contacts/\(name)/secret"
        default: "document/user/\(id)/contacts/\(name)/secret"
        }
    }

    /// The kinds whose documents hold secrets.
    private static let kinds = [DocumentKind.user, .team, .channel, .monitor]
    /// A member that no document has: the names of a channel's secrets that did not open.
    static let lostNames = "secretsLost"

    static func place(ofMeta key: String) -> String { "meta/\(key)" }

    // MARK: A document

    /// The document as it is stored. A secret that is the same as in `live` keeps its sealed text, so that a document that
    /// did not change is stored as the same bytes.
    static func sealed(
        _ body: JSON, _ kind: DocumentKind, _ id: String, keeping live: JSON?, _ keys: SealingKeys
    ) throws -> JSON {
        try mapped(body, kind) { name, secret in
            let place = place(kind, id, name)
            let before =
                kind == .channel || kind == .monitor
                ? live?["secrets"]?[name]?.string
                : live?["contacts"]?.array?.first { $0["id"]?.string == name }?["secret"]?.string
            if let before, SealingKeys.keyID(of: before) == keys.current, opened(before, place, keys) == secret {
                return .string(before)
            }
            return .string(try keys.seal(secret, at: place))
        }
    }

    /// The document as it was given. A secret that does not open is left out and marked, so that its owner is not reached
    /// that way and everything else goes on; one that was never sealed is as it is.
    static func opened(_ body: JSON, _ kind: DocumentKind, _ id: String, _ keys: SealingKeys) -> JSON {
        mapped(body, kind) { name, secret in
            guard SealingKeys.keyID(of: secret) != nil else { return .string(secret) }
            return opened(secret, place(kind, id, name), keys).map(JSON.string)
        }
    }

    private static func opened(_ sealed: String, _ place: String, _ keys: SealingKeys) -> String? {
        // Losing the error is right: what cannot be opened is told by `settle` at the start, by the doctor, and on the
        // record of the message that could not be signed.
        try? keys.open(sealed, at: place)
    }

    /// Replaces each secret of a document, by the contact or the setting that it belongs to; nil takes it away and marks that.
    private static func mapped(
        _ body: JSON, _ kind: DocumentKind, _ change: (_ name: String, _ secret: String) throws -> JSON?
    ) rethrows -> JSON {
        if kind == .channel || kind == .monitor { return try mappedChannel(body, change) }
        guard kind == .user || kind == .team, let contacts = body["contacts"]?.array else { return body }
        var changed: [JSON] = []
        for contact in contacts {
            guard let id = contact["id"]?.string, let secret = contact["secret"]?.string, !secret.isEmpty else {
                changed.append(contact)
                continue
            }
            let text = try change(id, secret)
            let whole = contact.setting("secret", text ?? .null)
            changed.append(text == nil ? whole.adding(User.Contact.lostMember, true) : whole)
        }
        return body.setting("contacts", .array(changed))
    }

    private static func mappedChannel(
        _ body: JSON, _ change: (_ name: String, _ secret: String) throws -> JSON?
    ) rethrows -> JSON {
        guard let secrets = body["secrets"]?.members else { return body }
        var kept: [JSON.Member] = []
        var lost: [JSON] = []
        for member in secrets {
            guard let secret = member.value.string, !secret.isEmpty else { continue }
            if let text = try change(member.name, secret) {
                kept.append(JSON.Member(member.name, text))
            } else {
                lost.append(.string(member.name))
            }
        }
        let whole = body.setting("secrets", .object(kept))
        return lost.isEmpty ? whole : whole.adding(lostNames, .array(lost))
    }

    // MARK: The whole store

    /// The name of the key that the store was settled under; nil: it never was.
    public static func key(on connection: any Connection) throws -> String? {
        try meta(mark, on: connection).flatMap(SealingKeys.keyID)
    }

    /// Brings everything that must be sealed under the first of the keys: what an earlier version left readable, and what
    /// lies under another key of the file. Returns how many secrets were sealed for the first time or anew; 0 when all was
    /// in order, which takes one small read. Throws `SealingKeys.Fault` when the keys are not the store's.
    public static func settle(_ keys: SealingKeys, on connection: any Connection) throws -> Int {
        if let stored = try meta(mark, on: connection) {
            guard try keys.open(stored, at: place(ofMeta: mark)) == markText else {
                throw InputFault(at: "meta/\(mark)", "the store's sealing check says something else")
            }
            if SealingKeys.keyID(of: stored) == keys.current { return 0 }
        }
        var count = 0
        for table in ["document", "document_history"] {
            for kind in kinds { count += try settle(table, kind, keys, on: connection) }
        }
        count += try settleLinks(keys, on: connection)
        try putMeta(mark, try keys.seal(markText, at: place(ofMeta: mark)), on: connection)
        return count
    }

    /// Gives up what lies under keys that are lost: acknowledgement links that are on their way are void, and `changes`
    /// gives every contact whose signing key does not open a new one. For an operator who has lost the key file.
    public static func abandon(for keys: SealingKeys, on connection: any Connection) throws -> [DocumentChange] {
        try connection.execute("DELETE FROM meta WHERE key = ?", [.text(AcknowledgementLinks.metaKey)])
        try putMeta(mark, try keys.seal(markText, at: place(ofMeta: mark)), on: connection)
        return try ConfigurationQueries.documents(.user, on: connection).compactMap { document in
            let opened = opened(document.body, .user, document.id, keys)
            guard let contacts = opened["contacts"]?.array,
                contacts.contains(where: { $0[User.Contact.lostMember] == true })
            else { return nil }
            let renewed = contacts.map { contact -> JSON in
                guard contact[User.Contact.lostMember] == true else { return contact }
                return contact.setting("secret", .string(WebhookKey.makeSecret().reveal()))
                    .removing(User.Contact.lostMember)
            }
            return DocumentChange(
                kind: .user, id: document.id, action: .put(opened.setting("contacts", .array(renewed))),
                seenVersion: document.version, origin: .local)
        }
    }

    /// People and teams who have a way to be reached whose signing key does not open, and channels with such a secret.
    public static func lost(in organisation: Organisation) -> [String] {
        let recipients = organisation.users + organisation.teams.map(\.recipient)
        return recipients.filter { user in user.contacts.contains(where: \.isSecretLost) }.map(\.name).sorted()
            + organisation.channels.values.filter { !$0.lostSecrets.isEmpty }.map { "the channel \($0.kind)" }.sorted()
            + (organisation.selfMonitor?.isURLLost ?? false ? ["the self-monitor"] : [])
    }

    // MARK: Leaves

    private static func settle(
        _ table: String, _ kind: DocumentKind, _ keys: SealingKeys, on connection: any Connection
    ) throws -> Int {
        let isHistory = table == "document_history"
        let rows = try connection.all(
            isHistory
                ? "SELECT id, version, body FROM document_history WHERE kind = ?"
                : "SELECT id, version, body FROM document WHERE kind = ?", [.text(kind.rawValue)]
        ) { (id: $0.text(0), version: $0.integer(1), body: $0.text(2)) }
        var count = 0
        for row in rows {
            let body = try JSON(parsing: Array(row.body.utf8), limits: .stored)
            let sealed = try mapped(body, kind) { name, secret in
                let place = place(kind, row.id, name)
                guard let id = SealingKeys.keyID(of: secret) else { return .string(try keys.seal(secret, at: place)) }
                // What does not open is left: it is somebody's evidence, and tells so wherever it is used.
                guard id != keys.current, let plain = opened(secret, place, keys) else { return .string(secret) }
                return .string(try keys.seal(plain, at: place))
            }
            guard sealed != body else { continue }
            count += 1
            try connection.execute(
                isHistory
                    ? "UPDATE document_history SET body = ? WHERE kind = ? AND id = ? AND version = ?"
                    : "UPDATE document SET body = ? WHERE kind = ? AND id = ? AND version = ?",
                [.text(sealed.text), .text(kind.rawValue), .text(row.id), .integer(row.version)])
        }
        return count
    }

    private static func settleLinks(_ keys: SealingKeys, on connection: any Connection) throws -> Int {
        let key = AcknowledgementLinks.metaKey
        guard let stored = try meta(key, on: connection) else { return 0 }
        let isSealed = SealingKeys.keyID(of: stored) != nil
        let plain = isSealed ? try keys.open(stored, at: place(ofMeta: key)) : stored
        try putMeta(key, try keys.seal(plain, at: place(ofMeta: key)), on: connection)
        return 1
    }

    private static func meta(_ key: String, on connection: any Connection) throws -> String? {
        try connection.first("SELECT value FROM meta WHERE key = ?", [.text(key)]) { $0.text(0) }
    }

    private static func putMeta(_ key: String, _ value: String, on connection: any Connection) throws {
        try connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(key), .text(value)])
    }
}

extension JSON {
    /// The object with that member at the place where it was; at the end when it was not there.
    fileprivate func setting(_ name: String, _ value: JSON) -> JSON {
        guard self[name] != nil else { return adding(name, value) }
        return .object((members ?? []).map { $0.name == name ? Member(name, value) : $0 })
    }

    fileprivate func removing(_ name: String) -> JSON { .object((members ?? []).filter { $0.name != name }) }
}
