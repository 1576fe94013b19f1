import CPostgreSQL

/// Where a PostgreSQL database is and how to sign in: `postgres://user:password@host:port/db?sslmode=…`, read by libpq
/// itself (https://www.postgresql.org/docs/15/libpq-connect.html). Several hosts may be named.
struct PostgreSQLAddress: Sendable {
    private let url: String
    /// Never shown: `redacted` takes it out of what libpq says.
    private let password: String

    /// Throws `.permanent`. libpq's own complaint is not passed on, for it quotes the URL with the password.
    init(url: String) throws {
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw StorageFault(.permanent, "a PostgreSQL address starts with postgres://")
        }
        guard let options = PQconninfoParse(url, nil) else {
            throw Self.unreadable
        }
        defer { PQconninfoFree(options) }
        var password = ""
        var option = options
        while let keyword = option.pointee.keyword {
            switch (String(cString: keyword), option.pointee.val.map { String(cString: $0) }) {
            case ("password", let value?): password = value
            case ("port", let value?):
                // libpq looks at the number only when it connects.
                guard value.split(separator: ",").allSatisfy({ UInt16($0) != nil }) else { throw Self.unreadable }
            default: break
            }
            option += 1
        }
        self.url = url
        self.password = password
    }

    private static let unreadable = StorageFault(
        .permanent, "the PostgreSQL address cannot be read: expected postgres://user:password@host:port/db")

    /// A connection attempt that blocks the thread, for at most `connectPatience` a host. The keepalives end a
    /// connection whose other side has vanished after about twenty seconds. What the URL says goes first.
    func connect() -> OpaquePointer? {
        let settings = [
            ("application_name", "tocsin"), ("client_encoding", "UTF8"),
            ("connect_timeout", String(StorageLimits.connectPatience)), ("keepalives", "1"), ("keepalives_idle", "10"),
            ("keepalives_interval", "3"), ("keepalives_count", "3"), ("tcp_user_timeout", "20000"),
            ("target_session_attrs", "read-write"), ("dbname", url),
        ]
        var keywords = PackedArguments()
        var values = PackedArguments()
        for (keyword, value) in settings {
            keywords.append(text: keyword)
            values.append(text: value)
        }
        keywords.appendNull()
        values.appendNull()
        return keywords.withPointers { keywords in
            values.withPointers { values in PQconnectdbParams(keywords, values, 1) }
        }
    }

    func redacted(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).joined(separator: "; ")
        return password.isEmpty ? line : line.replacing(password, with: "***")
    }
}
