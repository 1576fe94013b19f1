import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// Heartbeats: what must say again and again that it lives, and when it did last.
extension API {
    private static let heartbeats = Chapter(
        kind: .heartbeat, path: base + "/heartbeats", tag: "Heartbeats", noun: "heartbeat", permission: .manage,
        schema: [
            ("name", Schema.text(100)), ("integration", Schema.text(64)),
            ("intervalSeconds", ["type": "integer", "minimum": 10, "maximum": 3_456_000]),
            ("graceSeconds", ["type": ["integer", "null"], "minimum": 0, "maximum": 3_456_000]),
            ("severity", Schema.optionalText(100)), ("service", Schema.optionalText(64)),
            ("message", Schema.optionalText(512)),
            ("armed", ["enum": ["creation", "first-beat", .null]]), ("disabled", ["type": ["boolean", "null"]]),
        ], required: ["name", "integration", "intervalSeconds"]
    ) { body in
        [
            "name": .string(body.text("name", 1...100)), "integration": .string(body.text("integration", 1...256)),
            "intervalSeconds": .integer(body.integer("intervalSeconds", 10...3_456_000)),
            "graceSeconds": .integer(body.optionalInteger("graceSeconds", 0...3_456_000) ?? 0),
            "severity": JSON(body.optionalText("severity", 0...400)),
            "service": JSON(body.optionalText("service", 0...256)),
            "message": JSON(body.optionalText("message", 0...512)), "armed": JSON(body.optionalText("armed", 1...20)),
            "disabled": .bool(body.optionalFlag("disabled") ?? false),
        ]
    }

    var heartbeatRoutes: [Route] {
        routes(of: Self.heartbeats) + [
            Route(
                .get, Self.heartbeats.path + "/{id}/state", .readAll, "Say when a heartbeat was last heard of",
                tag: "Heartbeats",
                responses: [
                    Route.Response(
                        200, "Its state",
                        schema: Schema.answer([
                            "id": Schema.string, "beatAt": Schema.optionalTime, "dueAt": Schema.optionalTime,
                            "late": Schema.flag,
                        ]))
                ]
            ) { call in
                let id = call.parameter("id")
                guard let heartbeat = try await engine.organisation().heartbeats.first(where: { $0.id == id }) else {
                    throw HTTPProblem.notFound("There is no heartbeat \"\(id)\".")
                }
                let state = try await read { try HeartbeatState.read(heartbeat, on: $0) }
                return .json { writer in
                    writer.object { writer in
                        writer.member("id", id)
                        writer.member("beatAt", at: state.beatAt)
                        writer.member("dueAt", at: state.dueAt)
                        writer.member("late", state.isLate)
                    }
                }
            }
        ]
    }
}
