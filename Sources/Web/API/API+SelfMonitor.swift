import Chronology
import Engine
import HTTPTypes
import Identity
import Notation
import Storage

/// The self-monitor: how Tocsin tries itself, and how it went.
extension API {
    private static let selfMonitor = base + "/self-monitor"

    private static let monitorAnswer = Schema.answer([
        "plan": Schema.string, "everySeconds": Schema.integer, "withinSeconds": Schema.integer,
        "url": Schema.optionalString, "disabled": Schema.flag,
        "last": [
            "type": ["object", "null"],
            "properties": [
                "at": Schema.time, "ok": Schema.flag, "tookSeconds": ["type": ["number", "null"]],
                "fault": Schema.optionalString, "beatAt": Schema.optionalTime, "failingSince": Schema.optionalTime,
            ],
        ],
    ])

    var selfMonitorRoutes: [Route] {
        let (path, tag) = (Self.selfMonitor, "Health")
        return [
            Route(
                .get, path, .manage, "Read the self-monitor, and how the last trial went", tag: tag,
                responses: [Route.Response(200, "The self-monitor", schema: Self.monitorAnswer)]
            ) { _ in try await monitorAnswer() },
            Route(
                .put, path, .administer,
                "Have Tocsin try itself: page a plan, and call an address outside when the page went out", tag: tag,
                body: .json(
                    schema: Schema.object(
                        [
                            ("plan", Schema.text(64)),
                            ("everySeconds", ["type": ["integer", "null"], "minimum": 60, "maximum": 86_400]),
                            ("withinSeconds", ["type": ["integer", "null"], "minimum": 5, "maximum": 86_400]),
                            ("url", Schema.optionalText(2_048)), ("disabled", ["type": ["boolean", "null"]]),
                            ("last", ["type": ["object", "null"]]),
                        ], required: ["plan"])),
                responses: [Route.Response(200, "The self-monitor as it is now", schema: Self.monitorAnswer)]
            ) { call in
                let before = try await engine.organisation().selfMonitor
                let document = try call.read { body -> JSON in
                    // An address that is sent back as it was shown stays; null takes it away.
                    let text = body.optionalText("url", 0...2_048)
                    let url = text == before?.shownURL ? before?.url?.reveal() : text
                    _ = body.json("last")
                    let every = body.optionalInteger("everySeconds", 60...86_400) ?? 300
                    return [
                        "plan": .string(body.text("plan", 1...256)), "everySeconds": .integer(every),
                        "withinSeconds": .integer(
                            body.optionalInteger("withinSeconds", 5...86_400) ?? min(120, every / 2)),
                        "disabled": .bool(body.optionalFlag("disabled") ?? false),
                        "secrets": url.map { $0.isEmpty ? [:] : ["url": .string($0)] } ?? [:],
                    ]
                }
                _ = try await put(.monitor, SelfMonitor.id, document, for: call)
                return try await monitorAnswer()
            },
            Route(
                .delete, path, .administer, "Have Tocsin try itself no more", tag: tag,
                responses: [Route.Response(204, "It does not")]
            ) { call in
                let change = DocumentChange(
                    kind: .monitor, id: SelfMonitor.id, action: .delete, origin: call.changeOrigin)
                _ = try await submit(.change(change), for: call, subject: "monitor")
                return .noContent
            },
        ]
    }

    private func monitorAnswer() async throws -> Answer {
        guard let monitor = try await engine.currentOrganisation().selfMonitor else {
            throw HTTPProblem.notFound("Tocsin does not try itself; say by which plan.")
        }
        let state = try await read { try SelfMonitorState.read(on: $0) }
        return .json { writer in
            writer.object { writer in
                writer.member("plan", monitor.plan.text)
                writer.member("everySeconds", monitor.interval.wholeSeconds)
                writer.member("withinSeconds", monitor.patience.wholeSeconds)
                writer.member("url", monitor.shownURL)
                writer.member("disabled", monitor.isDisabled)
                guard let state else { return writer.member("last", JSON.null) }
                writer.member(
                    "last",
                    object: { writer in
                        writer.member("at", at: state.at)
                        writer.member("ok", state.wentWell)
                        writer.member(
                            "tookSeconds", state.took.map { .double(Double($0.wholeMicroseconds) / 1_000_000) } ?? .null
                        )
                        writer.member("fault", state.fault)
                        writer.member("beatAt", at: state.beatAt)
                        writer.member("failingSince", at: state.failingSince)
                    })
            }
        }
    }
}
