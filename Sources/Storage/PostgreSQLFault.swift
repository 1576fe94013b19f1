import CPostgreSQL

/// Why a call to PostgreSQL failed, as libpq tells it.
enum PostgreSQLFault: Error, CustomStringConvertible {
    /// The server refused; the connection is still good.
    case refused(Report)
    /// The connection is gone, or did not answer in time and was given up.
    case lost(String)

    /// The fields of an error that are fit to be shown. The DETAIL field is left out: it quotes rows.
    struct Report {
        let state: String
        let message: String
        let constraint: String?
        let column: String?
    }

    var description: String { storageFault().sentence }

    /// What it means to the caller. SQLSTATEs: https://www.postgresql.org/docs/15/errcodes-appendix.html
    func storageFault(isCommitting: Bool = false, sql: String? = nil) -> StorageFault {
        switch self {
        case .lost(let reason) where isCommitting:
            StorageFault(.unknownCommit, "the connection was lost during COMMIT, the write may be there: \(reason)")
        case .lost(let reason):
            StorageFault(.transient, "the database cannot be reached: \(reason)")
        case .refused(let report):
            Self.meaning(of: report, sql: sql)
        }
    }

    private static func meaning(of report: Report, sql: String?) -> StorageFault {
        let excerpt = sql.map { " in \"\($0.prefix(StorageLimits.statementExcerpt))\"" } ?? ""
        // 22…: bad data. The message quotes the value.
        let message = report.state.hasPrefix("22") ? "a value does not fit its column" : report.message
        let sentence = "PostgreSQL refused (\(report.state)): \(message)\(excerpt)"
        switch report.state {
        case let state where state.hasPrefix("23"):
            let name = report.constraint ?? report.column ?? "unknown"
            return StorageFault(.constraint(name), "the rule \(name) refused the row")
        case "53100": return StorageFault(.full, "the database server's disk is full")
        case "XX001", "XX002": return StorageFault(.corrupt, "the database server found damaged data (\(report.state))")
        // A column that is gone or new: the statement is prepared again at the next try.
        case "0A000" where report.message.contains("cached plan"): return StorageFault(.transient, sentence)
        // The wrong number of arguments, though its class is that of lost connections.
        case "08P01": return StorageFault(.permanent, sentence)
        // 40…: serialization, deadlock. 53…: out of memory or connections. 57…: cancelled, starting, stopping.
        // 55P03: lock timeout. 08…: connection. 25P03: the transaction sat idle too long. 25006: the node has become a
        // standby; the next connection may find the new primary.
        case "55P03", "25P03", "25006": return StorageFault(.transient, sentence)
        case let state where ["40", "53", "57", "08"].contains(String(state.prefix(2))):
            return StorageFault(.transient, sentence)
        default: return StorageFault(.permanent, sentence)
        }
    }
}
