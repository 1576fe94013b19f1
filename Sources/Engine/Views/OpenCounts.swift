import Storage

/// How much asks for somebody at the moment: the figures beside the names of the interface's parts.
public struct OpenCounts: Hashable, Sendable {
    public let incidents: Int
    /// Alerts that fire and that nobody has acknowledged.
    public let firingAlerts: Int
    /// Pages that nobody has acknowledged.
    public let pages: Int

    public init(on connection: any Connection) throws {
        func count(_ query: String) throws -> Int { Int(try connection.first(query) { $0.integer(0) } ?? 0) }
        incidents = try count("SELECT COUNT(*) FROM incident WHERE is_open = 1")
        firingAlerts = try count("SELECT COUNT(*) FROM alert WHERE is_open = 1 AND state = 'firing'")
        pages = try count("SELECT COUNT(*) FROM page WHERE is_open = 1")
    }
}
