import Chronology
import Notation
import Storage

/// What a node that starts may tell at its console about the first sign-in.
public enum Invitation: Hashable, Sendable {
    /// There is an administrator, or was one.
    case closed
    /// The link to show. `isNew`: it was made now, and every earlier one stopped working; otherwise this node showed it in
    /// an earlier life, and it still works.
    case link(Secret, isNew: Bool)
    /// Another node shows a link and is alive: making a second one would take the first out of somebody's hands.
    case elsewhere(Holder)

    /// The one of several nodes that shows the link.
    public struct Holder: Hashable, Sendable {
        /// Names the process; no two processes share it.
        public let node: String
        public let host: String
        /// The file on that host that holds the link too.
        public let file: String

        public init(node: String, host: String, file: String) {
            self.node = node
            self.host = host
            self.file = file
        }
    }
}

/// Which node shows the link, and until when it is believed to be alive. A row of `meta`, read and written under the lock
/// of the engine only, so that nodes that start at the same moment take turns (S13).
struct InvitationLease: Hashable {
    private static let key = "first-administrator-link"

    let holder: Invitation.Holder
    let until: Instant

    init(_ holder: Invitation.Holder, until: Instant) {
        self.holder = holder
        self.until = until
    }

    /// nil when no node holds it. A row that cannot be read holds nobody up: it counts as none.
    init?(on connection: any Connection) throws {
        let row = try connection.first("SELECT value FROM meta WHERE key = ?", [.text(Self.key)]) { $0.text(0) }
        guard let row, let json = try? JSON(parsing: row, limits: .stored), let node = json["node"]?.string,
            let host = json["host"]?.string, let file = json["file"]?.string, let until = json["until"]?.integer
        else { return nil }
        self.init(Invitation.Holder(node: node, host: host, file: file), until: Instant(microseconds: until))
    }

    func write(on connection: any Connection) throws {
        let value: JSON = [
            "node": .string(holder.node), "host": .string(holder.host), "file": .string(holder.file),
            "until": .integer(until.microseconds),
        ]
        try connection.execute(
            "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [.text(Self.key), .text(value.text)])
    }

    static func remove(on connection: any Connection) throws {
        try connection.execute("DELETE FROM meta WHERE key = ?", [.text(key)])
    }
}
