import Chronology
import Incidents
import Notation
import Playbooks
import Storage
import Synchronization

/// The playbooks that were read already. Reading one takes milliseconds, and a version never changes, so each is read once
/// a process.
public final class PlaybookShelf: Sendable {
    private struct Key: Hashable {
        let id: String
        let version: Int64
    }

    /// More than an organisation has playbooks in use at a time; past it the shelf is emptied and filled anew.
    private static let limit = 64

    private let zones: any ZoneSource
    private let editions = Mutex<[Key: Edition]>([:])
    /// The binary's own; nil for one that this machine cannot read.
    private let ownEditions = Mutex<[String: Edition?]>([:])
    private let findings = Mutex<[Key: [PlaybookFault]]>([:])

    public init(zones: any ZoneSource) { self.zones = zones }

    /// nil: this machine has no zone of that name.
    public func zone(named name: String) -> Zone? { zones.zone(named: name) }

    /// The playbook that is followed where nothing else is said.
    public static let usual = "starter"

    // MARK: Built in

    /// The binary's own of that name; nil when it has none, or when the machine lacks the zone that it is written for.
    func builtIn(_ id: String) -> Edition? {
        if let known = ownEditions.withLock({ $0[id] }) { return known }
        guard let text = BuiltInPlaybooks.text(named: id) else { return nil }
        var own: Edition?
        do throws(InputFault) {
            own = try read(id, version: 0, .builtIn, String(decoding: text.bytes, as: UTF8.self))
        } catch {
            // Said where it is asked for by name: there is no such playbook here.
            own = nil
        }
        ownEditions.withLock { $0[id] = .some(own) }
        return own
    }

    // MARK: Looking at texts

    /// What a text says, or everything that is wrong with it; nothing is kept. Whoever writes a playbook sees it before it
    /// is in force.
    public func reading(_ text: String) -> PlaybookReading {
        let zones = zones
        return Playbook.read(Array(text.utf8)) { zones.zone(named: $0) }
    }

    /// What lint finds in a version. The look takes longer than a page may, and a version never changes, so each is looked
    /// at once.
    public func findings(in edition: Edition) -> [PlaybookFault] {
        let key = Key(id: edition.id, version: edition.version)
        if let known = findings.withLock({ $0[key] }) { return known }
        let found = PlaybookLint.findings(
            of: edition.playbook, text: Array(edition.text.utf8), file: "\(edition.id).playbook.yaml")
        findings.withLock { findings in
            if findings.count >= Self.limit { findings = [:] }
            findings[key] = found
        }
        return found
    }

    // MARK: Stored

    /// What is configured: the latest version of each stored playbook, and of the binary's those that are not stored.
    func current(on connection: any Connection) throws -> [Edition] {
        var found: [Edition] = []
        let stored = try connection.all(
            "SELECT id, version FROM document WHERE kind = 'playbook' AND deleted = 0 ORDER BY id", []
        ) { (id: $0.text(0), version: $0.integer(1)) }
        for document in stored {
            if let edition = try edition(document.id, version: document.version, on: connection) {
                found.append(edition)
            }
        }
        for name in BuiltInPlaybooks.names where !found.contains(where: { $0.id == name }) {
            if let edition = builtIn(name) { found.append(edition) }
        }
        return found.sorted { $0.id < $1.id }
    }

    /// That version of a playbook; nil when there is none, or none that this binary can read.
    public func edition(_ id: String, version: Int64, on connection: any Connection) throws -> Edition? {
        if version == 0 { return builtIn(id) }
        if let known = editions.withLock({ $0[Key(id: id, version: version)] }) { return known }
        let body = try connection.first(
            "SELECT body FROM document_history WHERE kind = 'playbook' AND id = ? AND version = ?",
            [.text(id), .integer(version)]
        ) { try JSON(parsing: Array($0.text(0).utf8), limits: .stored) }
        guard let body, let text = body["yaml"]?.string else { return nil }
        let origin = body["origin"]?.string.flatMap(Edition.Origin.init) ?? .uploaded
        do throws(InputFault) {
            return try edition(id, version: version, origin) { text }
        } catch {
            // It was checked when it was written; a newer binary may read it otherwise. Whoever needs it finds another.
            return nil
        }
    }

    /// Reads a text as that version and keeps it.
    func edition(
        _ id: String, version: Int64, _ origin: Edition.Origin, _ text: () -> String
    ) throws(InputFault) -> Edition {
        let key = Key(id: id, version: version)
        if let known = editions.withLock({ $0[key] }) { return known }
        let edition = try read(id, version: version, origin, text())
        editions.withLock { editions in
            if editions.count >= Self.limit { editions = [:] }
            editions[key] = edition
        }
        return edition
    }

    /// Reads a text without keeping it.
    func read(
        _ id: String, version: Int64, _ origin: Edition.Origin, _ text: String
    ) throws(InputFault) -> Edition {
        let zones = zones
        return try Edition(id, version: version, origin: origin, text: text) { zones.zone(named: $0) }
    }
}
