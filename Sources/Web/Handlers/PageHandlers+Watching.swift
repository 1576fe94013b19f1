import Chronology
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
        let page = DeliverySettingsPage(
            channels: [
                channel(
                    "Mail", "email", "through the relay in the server's configuration",
                    missing: "no relay is configured; ways to be reached by mail do not work"),
                channel(
                    "Webhooks", "webhook", "each person's own address, signed", missing: "this server sends none"),
            ], waiting: figures.waiting, sent: figures.sent, failed: figures.failed,
            isMailConfigured: channels.contains("email"))
        return try await show(page, call)
    }

    @Sendable private func audit(_ call: Call) async throws -> Answer {
        let organisation = try await engine.organisation()
        let before = try call.query.integer("after", 1...Int.max).map { Int64($0) }
        let records = try await identity.audit.list(before: before, limit: Self.auditRows)
        let path: LocalPath = "/settings/audit"
        let page = AuditPage(
            rows: records.map { record in
                AuditPage.Row(
                    at: record.at, actor: organisation.name(ofAuditActor: record.actor), action: record.action,
                    object: record.object, remote: record.ip.isEmpty ? nil : record.ip,
                    requestID: record.request.isEmpty ? nil : record.request)
            },
            older: records.count == Self.auditRows
                ? records.last.map { path.with("after", String($0.number)) } : nil)
        return try await show(page, call)
    }
}

extension Organisation {
    /// An actor that this version cannot read is shown as it was written.
    fileprivate func name(ofAuditActor text: String) -> String {
        // The record must be readable whatever stands in it: losing the error costs the name and nothing else.
        (try? Actor(text: text)).map(name(of:)) ?? text
    }
}
