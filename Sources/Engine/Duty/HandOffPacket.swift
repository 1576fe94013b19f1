import Chronology
import Incidents
import Notation
import OnCall
import Paging
import Storage

/// What is open at a hand-off: incidents, pages, promises that fall due, and how things are. Kept with the hand-off as it was then.
public struct HandOffPacket: Sendable {
    /// More of one kind is for a list, not for a conversation.
    private static let limit = 25

    public struct IncidentLine: Hashable, Sendable {
        public let key: String
        public let title: String
        public let severity: String
        public let status: String
        public let lead: String?
    }

    public struct PageLine: Hashable, Sendable {
        public let id: String
        public let title: String
        public let phase: String
        public let holder: String?
        public let openedAt: Instant
    }

    public struct Promise: Hashable, Sendable {
        public let incident: String
        public let title: String
        public let due: Instant?
    }

    public struct Count: Hashable, Sendable {
        public let name: String
        public let number: Int
    }

    /// Open incidents that whoever leaves had to do with, or for which this schedule is woken.
    public let incidents: [IncidentLine]
    /// Open incidents of others.
    public let otherIncidents: Int
    public let pages: [PageLine]
    public let promises: [Promise]
    /// When the shift that ends began, as far as two weeks back.
    public let since: Instant
    public let incidentsDeclared: Int
    public let pagesOpened: Int
    public let alertsOpened: Int
    /// Open alerts of each service.
    public let openAlerts: [Count]
    public let lateHeartbeats: [String]
    /// Messages that could not be delivered in that time.
    public let failedDeliveries: Int
}

extension HandOffPacket {
    init(of schedule: Schedule, _ handOff: HandOff, at now: Instant, in workspace: Workspace) throws {
        try self.init(
            of: schedule, leaving: handOff.opening.leaving, due: min(handOff.opening.due, now), at: now,
            organisation: workspace.organisation, shelf: workspace.shelf, on: workspace.connection)
    }

    public init(
        of schedule: Schedule, leaving: [UserID], due: Instant, at now: Instant, organisation: Organisation,
        shelf: PlaybookShelf, on connection: any Connection
    ) throws {
        since = Self.beginning(of: schedule, leaving, before: due, organisation)
        let plans = organisation.plans.filter { plan in
            (plan.rungs.flatMap(\.targets) + plan.fallback).contains(.schedule(schedule.id))
        }.map(\.id)
        let services = Set(organisation.services.filter { $0.plan.map(plans.contains) ?? false }.map(\.id))

        var filter = PageFilter()
        filter.isOpen = true
        filter.limit = 200
        var pages: [PageLine] = []
        var paged: Set<String> = []
        for summary in try PageQueries.list(filter, on: connection) {
            guard let page = try Page(summary.id, on: connection) else { continue }
            let targets = page.plan.rungs.flatMap(\.targets) + page.plan.fallback
            let isOurs =
                targets.contains(.schedule(schedule.id))
                || page.notices.contains { leaving.contains($0.notice.contact.user) }
            guard isOurs else { continue }
            paged.insert(summary.subject)
            pages.append(
                PageLine(
                    id: page.id.text, title: page.title, phase: summary.phase,
                    holder: summary.acknowledgedBy.map { organisation.name(of: $0) }, openedAt: page.openedAt))
        }
        self.pages = Array(pages.prefix(Self.limit))

        var incidents: [IncidentLine] = []
        var promises: [Promise] = []
        var others = 0
        var open = IncidentFilter()
        open.isOpen = true
        open.limit = 200
        for summary in try IncidentQueries.list(open, on: connection) {
            guard let incident = try Incident(summary.id, on: connection) else { continue }
            let isOurs =
                paged.contains(summary.id.text) || summary.service.map(services.contains) ?? false
                || incident.assignments.contains { leaving.contains($0.user) }
            guard isOurs else {
                others += 1
                continue
            }
            incidents.append(
                IncidentLine(
                    key: summary.key, title: summary.title, severity: summary.severity.label,
                    status: summary.statusName ?? summary.status.rawValue,
                    lead: summary.lead.map { organisation.name(of: .user($0)) }))
            guard let edition = try organisation.edition(of: incident, shelf: shelf, on: connection) else { continue }
            // What is climbed by itself is nobody's promise.
            promises += edition.agenda(of: incident, in: organisation, at: now).pending.compactMap { owed in
                if case .rung = owed.duty { return nil }
                return Promise(incident: summary.key, title: owed.title, due: owed.target)
            }
        }
        self.incidents = Array(incidents.prefix(Self.limit))
        otherIncidents = others
        promises.sort { ($0.due ?? .distant, $0.incident, $0.title) < ($1.due ?? .distant, $1.incident, $1.title) }
        self.promises = Array(promises.prefix(Self.limit))

        func count(_ query: String, _ values: SQLValue...) throws -> Int {
            Int(try connection.first(query, values) { $0.integer(0) } ?? 0)
        }
        incidentsDeclared = try count("SELECT COUNT(*) FROM incident WHERE declared_at >= ?", SQLValue(since))
        pagesOpened = try count("SELECT COUNT(*) FROM page WHERE id >= ?", .text(Self.first(PageID.prefix, since)))
        alertsOpened = try count("SELECT COUNT(*) FROM alert WHERE id >= ?", .text(Self.first("alr", since)))
        failedDeliveries = try count(
            "SELECT COUNT(*) FROM delivery WHERE finished_at IS NOT NULL AND finished_at >= ? AND state IN ('failed', 'quarantined')",
            SQLValue(since))
        openAlerts = try connection.all(
            "SELECT service, COUNT(*) FROM alert WHERE is_open = 1 GROUP BY service ORDER BY 2 DESC, 1 LIMIT ?",
            [SQLValue(Self.limit)]
        ) { row in
            let service = row.optionalText(0).map { ServiceID($0) }
            return Count(
                name: service.map { organisation.service($0)?.name ?? $0.text } ?? "no service",
                number: Int(row.integer(1)))
        }
        let late = try connection.all("SELECT id FROM heartbeat WHERE is_late = 1 ORDER BY id", []) { $0.text(0) }
        lateHeartbeats = organisation.heartbeats.filter { late.contains($0.id) }.map(\.name).sorted()
    }

    /// Ids sort by the time at which they were made.
    private static func first(_ prefix: String, _ instant: Instant) -> String {
        prefix + "_" + Mint { 0 }.tail(at: instant).prefix(11)
    }

    /// When those who leave came.
    private static func beginning(
        of schedule: Schedule, _ leaving: [UserID], before due: Instant, _ organisation: Organisation
    ) -> Instant {
        let times = schedule.times(in: TimeSpan(due - .days(14), due), absences: organisation.absences)
        let starts = leaving.compactMap { times[$0]?.last?.start }
        return starts.min() ?? due - .days(1)
    }
}

extension Instant {
    fileprivate static let distant = Instant(microseconds: .max)
}

// MARK: As it is kept, and as it is told

extension HandOffPacket {
    public var json: JSON {
        [
            "incidents": .array(
                incidents.map { one in
                    [
                        "key": .string(one.key), "title": .string(one.title), "severity": .string(one.severity),
                        "status": .string(one.status), "lead": one.lead.map(JSON.string) ?? .null,
                    ]
                }), "otherIncidents": .integer(Int64(otherIncidents)),
            "pages": .array(
                pages.map { one in
                    [
                        "id": .string(one.id), "title": .string(one.title), "phase": .string(one.phase),
                        "holder": one.holder.map(JSON.string) ?? .null, "openedAt": .string(one.openedAt.rfc3339()),
                    ]
                }),
            "promises": .array(
                promises.map { one in
                    [
                        "incident": .string(one.incident), "title": .string(one.title),
                        "due": one.due.map { .string($0.rfc3339()) } ?? .null,
                    ]
                }), "since": .string(since.rfc3339()), "incidentsDeclared": .integer(Int64(incidentsDeclared)),
            "pagesOpened": .integer(Int64(pagesOpened)), "alertsOpened": .integer(Int64(alertsOpened)),
            "openAlerts": .array(
                openAlerts.map { ["name": .string($0.name), "number": .integer(Int64($0.number))] }),
            "lateHeartbeats": .array(lateHeartbeats.map(JSON.string)),
            "failedDeliveries": .integer(Int64(failedDeliveries)),
        ]
    }

    /// Reads what `json` wrote. What is missing, since an older version did not know it, is nothing.
    public init(_ json: JSON) {
        func number(_ json: JSON, _ name: String) -> Int { Int(json[name]?.integer ?? 0) }
        func instant(_ json: JSON?) -> Instant? {
            // nil where there is none; what was written is always readable.
            json?.string.flatMap { try? Instant(rfc3339: $0) }
        }
        incidents = (json["incidents"]?.array ?? []).map { one in
            IncidentLine(
                key: one["key"]?.string ?? "", title: one["title"]?.string ?? "",
                severity: one["severity"]?.string ?? "", status: one["status"]?.string ?? "",
                lead: one["lead"]?.string)
        }
        otherIncidents = number(json, "otherIncidents")
        pages = (json["pages"]?.array ?? []).map { one in
            PageLine(
                id: one["id"]?.string ?? "", title: one["title"]?.string ?? "", phase: one["phase"]?.string ?? "",
                holder: one["holder"]?.string, openedAt: instant(one["openedAt"]) ?? Instant(microseconds: 0))
        }
        promises = (json["promises"]?.array ?? []).map { one in
            Promise(
                incident: one["incident"]?.string ?? "", title: one["title"]?.string ?? "", due: instant(one["due"]))
        }
        since = instant(json["since"]) ?? Instant(microseconds: 0)
        incidentsDeclared = number(json, "incidentsDeclared")
        pagesOpened = number(json, "pagesOpened")
        alertsOpened = number(json, "alertsOpened")
        openAlerts = (json["openAlerts"]?.array ?? []).map {
            Count(name: $0["name"]?.string ?? "", number: number($0, "number"))
        }
        lateHeartbeats = (json["lateHeartbeats"]?.array ?? []).compactMap(\.string)
        failedDeliveries = number(json, "failedDeliveries")
    }

    /// As a message says it.
    func lines(in zone: Zone) -> [String] {
        var lines: [String] = []
        if incidents.isEmpty {
            lines.append("No incident is open here.")
        } else {
            lines.append("Open incidents:")
            lines += incidents.map { "- \($0.key) \($0.severity) \($0.title) (\($0.status))" }
        }
        if !pages.isEmpty {
            lines.append("Pages in flight:")
            lines += pages.map { page in
                "- \(page.title) (\(page.holder.map { "\($0) has it" } ?? page.phase))"
            }
        }
        if !promises.isEmpty {
            lines.append("Promised:")
            lines += promises.prefix(8).map { promise in
                "- \(promise.incident): \(promise.title)" + (promise.due.map { ", by \($0.text(in: zone))" } ?? "")
            }
        }
        lines.append(
            "In the shift that ended: \(Self.count(pagesOpened, "page")), \(Self.count(alertsOpened, "alert")), \(Self.count(incidentsDeclared, "incident"))."
        )
        if !openAlerts.isEmpty {
            lines.append("Firing now: " + openAlerts.map { "\($0.name) \($0.number)" }.joined(separator: ", ") + ".")
        }
        if !lateHeartbeats.isEmpty { lines.append("Silent heartbeats: \(lateHeartbeats.joined(separator: ", ")).") }
        if failedDeliveries > 0 { lines.append("\(Self.count(failedDeliveries, "message")) could not be delivered.") }
        return lines
    }

    /// `1 page`, `2 pages`.
    public static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
}
