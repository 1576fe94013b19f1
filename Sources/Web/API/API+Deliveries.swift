import Engine
import HTTPTypes
import Notation
import Storage

/// The delivery log: what was sent to whom, and what became of it. Addresses are not in it, for they are often secrets.
extension API {
    var deliveryRoutes: [Route] {
        [
            Route(
                .get, Self.base + "/deliveries", .manage, "List messages, newest first", tag: "Channels",
                query: [
                    Route.QueryField(
                        "state", "What became of it", ["enum": .array(DeliveryLog.states.map(JSON.string))]),
                    Route.QueryField(
                        "kind", "What it is about", ["enum": .array(DeliveryLog.kinds.map(JSON.string))]),
                    Route.QueryField("channel", "By which channel, as `email`"),
                ] + Self.paging,
                responses: [Route.Response(200, "One page of them", schema: Schema.list(Schema.delivery))]
            ) { call in
                let organisation = try await engine.organisation()
                let filter = try Self.deliveryFilter(call)
                let items = try await read { try DeliveryLog.list(filter, on: $0) }
                return list(items, limit: filter.limit, id: \.id.text) { one, writer in
                    writer.object { writer in
                        writer.member("id", one.id.text)
                        writer.member("kind", one.kind)
                        writer.member("channel", one.channel)
                        writer.member("user", one.user.text)
                        writer.member("name", organisation.recipient(one.user)?.name ?? one.user.text)
                        writer.member("contact", one.method.text)
                        writer.member("page", one.page?.text)
                        writer.member("title", one.title)
                        writer.member("state", one.state)
                        writer.member("attempts", one.attempts)
                        writer.member("createdAt", at: one.createdAt)
                        writer.member("nextAt", at: one.nextAt)
                        writer.member("finishedAt", at: one.finishedAt)
                        writer.member("outcome", one.outcome)
                    }
                }
            }
        ]
    }

    static func deliveryFilter(_ call: Call) throws -> DeliveryLog.Filter {
        var filter = DeliveryLog.Filter()
        filter.state = try call.query.text("state").flatMap { $0.isEmpty ? nil : $0 }
        filter.kind = try call.query.text("kind").flatMap { $0.isEmpty ? nil : $0 }
        filter.channel = try call.query.text("channel").flatMap { $0.isEmpty ? nil : $0 }
        if let state = filter.state, !DeliveryLog.states.contains(state) {
            throw InputFault(at: "/state", "must be one of \(DeliveryLog.states.joined(separator: ", "))")
        }
        if let kind = filter.kind, !DeliveryLog.kinds.contains(kind) {
            throw InputFault(at: "/kind", "must be one of \(DeliveryLog.kinds.joined(separator: ", "))")
        }
        filter.after = try call.after(DeliveryID.self)
        filter.limit = try call.pageSize()
        return filter
    }
}

extension Schema {
    static let delivery = answer([
        "id": string, "kind": string, "channel": string, "user": string, "name": string, "contact": string,
        "page": optionalString, "title": optionalString, "state": string, "attempts": integer, "createdAt": time,
        "nextAt": time, "finishedAt": optionalTime, "outcome": optionalString,
    ])
}
