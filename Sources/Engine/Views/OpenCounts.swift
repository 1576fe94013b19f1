import Notation
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

extension OpenCounts {
    /// How many alerts are open for each service that has any.
    public static func alertsByService(on connection: any Connection) throws -> [ServiceID: Int] {
        let rows = try connection.all(
            "SELECT service, COUNT(*) FROM alert WHERE is_open = 1 AND service IS NOT NULL GROUP BY service"
        ) { (service: ServiceID($0.text(0)), count: Int($0.integer(1))) }
        return Dictionary(rows.map { ($0.service, $0.count) }) { $0 + $1 }
    }
}
