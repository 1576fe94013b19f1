import Chronology
import Delivery
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// What an administrator watches: whether messages leave, and who changed what.
extension PageHandlers {
    private static let auditRows = 100

    var watchingRoutes: [Route] {
        [
            Route(.get, "/settings/delivery", .administer, "How messages leave", handler: delivery),
            Route(.get, "/settings/audit", .administer, "Who changed what", handler: audit),
        ]
    }

    @Sendable private func delivery(_ call: Call) async throws -> Answer {
        let since = call.now - .days(1)
        let figures = try await api.read { try DeliveryFigures(since: since, on: $0) }
        func channel(_ name: String, _ kind: String, _ detail: String, missing: String) -> DeliverySettingsPage.Channel
        {
            let isReady = channels.contains(kind)
            return DeliverySettingsPage.Channel(
                name: name, state: isReady ? StateMark("set up", .good) : StateMark("not set up", .waiting),
                detail: isReady ? detail : missing)
        }
        var page = DeliverySettingsPage(
            channels: [
                channel(
                    "Mail", "email", "through the relay in the server's configuration",
                    missing: "no relay is configured; ways to be reached by mail do not work"),
                channel(
                    "Webhooks", "webhook", "each person's own address, signed", missing: "this server sends none"),
            ], waiting: figures.waiting, sent: figures.sent, failed: figures.failed,
            isMailConfigured: channels.contains("email"))
        page.log = try await deliveryLog(call)
        return try await show(page, call)
    }

    private func deliveryLog(_ call: Call) async throws -> DeliveryLogTable {
        let organisation = try await engine.organisation()
        let filter = try API.deliveryFilter(call)
        let entries = try await api.read { try DeliveryLog.list(filter, on: $0) }
        func address(state: String?, kind: String?) -> LocalPath {
            ("/settings/delivery" as LocalPath).with("state", state).with("kind", kind)
        }
        let all: [(String?, String)] = [(nil, "all")]
        return DeliveryLogTable(
            rows: entries.map { DeliveryLogTable.Row($0, organisation) },
            states: (all + ["queued", "sent", "failed", "cancelled", "quarantined"].map { ($0, $0) }).map {
                ($0.1, address(state: $0.0, kind: filter.kind), filter.state == $0.0)
            },
            kinds: (all + DeliveryLog.kinds.map { ($0, DeliveryLogTable.word($0)) }).map {
                ($0.1, address(state: filter.state, kind: $0.0), filter.kind == $0.0)
            },
            older: entries.count == filter.limit
                ? entries.last.map { address(state: filter.state, kind: filter.kind).with("after", $0.id.text) } : nil)
    }

    @Sendable private func audit(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let before = try call.query.integer("after", 1...Int.max).map { Int64($0) }
        let records = try await identity.audit.list(before: before, limit: Self.auditRows)
        let names = try await names(of: records.map(\.object))
        let path: LocalPath = "/settings/audit"
        let page = AuditPage(
            rows: records.map { record in
                let told = AuditDetail(record.detail)
                return AuditPage.Row(
                    at: record.at, actor: organisation.name(ofAuditActor: record.actor), action: record.action,
                    object: record.object, name: names[record.object], changed: told.changed, note: told.note,
                    remote: record.ip.isEmpty ? nil : record.ip,
                    requestID: record.request.isEmpty ? nil : record.request)
            },
            older: records.count == Self.auditRows
                ? records.last.map { path.with("after", String($0.number)) } : nil)
        return try await show(page, call)
    }

    /// What the objects of the audit log (`user:usr_…`, `token:tok_…`) are called; those that are gone, too.
    private func names(of objects: [String]) async throws -> [String: String] {
        let tokens = try await identity.tokens.list()
        return try await api.read { connection in
            var names: [String: String] = [:]
            for object in Set(objects) {
                let parts = object.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                if let kind = DocumentKind(rawValue: parts[0]) {
                    names[object] = try ConfigurationQueries.name(kind, parts[1], on: connection)
                } else if parts[0] == "token" {
                    names[object] = tokens.first { $0.id == parts[1] }?.name
                }
            }
            return names
        }
    }
}

/// What a row of the audit log tells a reader beside the hashes of what was there.
private struct AuditDetail {
    var note: String?
    var changed: [String] = []

    /// A detail that this version cannot read says nothing.
    init(_ text: String) {
        // The record must be readable whatever stands in it: losing the error costs the detail and nothing else.
        guard let json = try? JSON(parsing: Array(text.utf8), limits: .stored) else { return }
        note = json["note"]?.string
        changed = (json["changes"]?.array ?? []).compactMap { change in
            guard let field = change["field"]?.string else { return nil }
            // Of a secret neither value is written.
            guard change["from"] != nil || change["to"] != nil else { return field + ": changed" }
            return "\(field): \(Self.words(change["from"])) → \(Self.words(change["to"]))"
        }
    }

    private static func words(_ value: JSON?) -> String {
        guard let value, !value.isNull else { return "nothing" }
        return value.string ?? value.text
    }
}

extension Organisation {
    /// An actor that this version cannot read is shown as it was written.
    fileprivate func name(ofAuditActor text: String) -> String {
        // The record must be readable whatever stands in it: losing the error costs the name and nothing else.
        (try? Actor(text: text)).map(name(of:)) ?? text
    }
}

extension DeliveryLogTable {
    /// What messages of a kind are about, as people say it.
    fileprivate static func word(_ kind: String) -> String {
        switch kind {
        case "oncall": "shift"
        case "verification": "code"
        case "settled": "follow-up"
        case "group": "user group"
        default: kind
        }
    }
}

extension DeliveryLogTable.Row {
    fileprivate init(_ entry: DeliveryLog.Entry, _ organisation: Organisation) {
        let (state, detail): (StateMark, String) =
            switch entry.state {
            case "queued", "leased":
                (
                    StateMark(entry.attempts == 0 ? "waiting" : "tried \(entry.attempts) times", .waiting),
                    entry.outcome ?? ""
                )
            case "sent": (StateMark("sent", .good), entry.outcome ?? "")
            case "cancelled": (StateMark("not needed", .quiet), entry.outcome ?? "")
            case "quarantined": (StateMark("set aside", .bad), "It stopped the server each time it was tried.")
            default: (StateMark("failed", .bad), entry.outcome ?? "")
            }
        self.init(
            at: entry.createdAt,
            who: entry.kind == "group" ? "user group" : organisation.recipient(entry.user)?.name ?? entry.user.text,
            channel: ChannelKinds.type(of: entry.channel)?.descriptor.label ?? entry.channel,
            about: DeliveryLogTable.word(entry.kind),
            title: entry.title, page: entry.page?.text, state: state, detail: detail)
    }
}
