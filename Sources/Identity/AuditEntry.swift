import Notation

/// Who did an administrative act, and through which request (S69).
public struct AuditAuthor: Hashable, Sendable {
    public let actor: Actor
    public let ip: String
    public let request: String

    public init(actor: Actor, ip: String, request: String) {
        self.actor = actor
        self.ip = ip
        self.request = request
    }

    /// Tocsin itself, or whoever sits at its command line.
    public static let tocsin = AuditAuthor(actor: .tocsin, ip: "", request: "")
}

/// One administrative act. Of the whole of what was there before and is there after the SHA-256 is written, which proves which
/// text it was; of what changed the fields, with old and new values where they are no secrets.
public struct AuditEntry: Hashable, Sendable {
    /// What was done, as `thing.verb`: `token.created`, `sign-in.failed`.
    public let action: String
    /// To what, as `kind:id`.
    public let object: String
    public let author: AuditAuthor
    /// A short text for the reader of the log. It never holds a secret.
    public let note: String?
    public let before: String?
    public let after: String?
    public let changes: [FieldChange]

    public init(
        _ action: String, _ object: String, by author: AuditAuthor, note: String? = nil, before: String? = nil,
        after: String? = nil, changes: [FieldChange] = []
    ) {
        self.action = action
        self.object = object
        self.author = author
        self.note = note
        self.before = before
        self.after = after
        self.changes = changes
    }

    /// The JSON text of the row's `detail`.
    var detail: String {
        var writer = JSONWriter()
        writer.object { writer in
            if let note { writer.member("note", String(note.prefix(Self.longestNote))) }
            if let before { writer.member("before", hex(sha256(before))) }
            if let after { writer.member("after", hex(sha256(after))) }
            FieldChange.write(changes, into: &writer)
        }
        return writer.text
    }

    /// A line of the log; what is longer is a document and belongs elsewhere.
    static let longestNote = 500
}
