/// Which SQL the store speaks, and the few texts in which the two differ.
public enum Dialect: Hashable, Sendable {
    case sqlite
    case postgreSQL

    /// Put at the end of a SELECT that leases rows: a row that another node is leasing is passed over instead of waited
    /// for. Empty on SQLite, where there is one writer.
    public var skipLocked: String {
        switch self {
        case .sqlite: ""
        case .postgreSQL: " FOR UPDATE SKIP LOCKED"
        }
    }
}
