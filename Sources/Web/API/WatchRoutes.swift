import Chronology
import Engine
import HTTPTypes
import Identity
import Notation

/// The addresses that watch over the process: whether it lives, whether it is ready, and its figures.
struct WatchRoutes: Sendable {
    /// Inputs that wait beyond this mean that the engine stands still, not that it is busy: a batch takes milliseconds.
    private static let deepestQueue = 25_000

    /// A dispatcher that has not looked for messages for so long stands still: it looks at least every 15 seconds.
    private static let longestPause = Duration.minutes(1)

    private let engine: Engine
    private let metrics: Metrics
    private let channels: [String]
    private let figures: EngineFigures

    init(engine: Engine, metrics: Metrics, channels: [String]) {
        self.engine = engine
        self.metrics = metrics
        self.channels = channels
        figures = EngineFigures(engine: engine)
    }

    var routes: [Route] {
        [
            Route(
                .get, "/livez", .publicAccess, "Whether the process answers at all", tag: "Health",
                responses: [Route.Response(200, "It does", type: "text/plain")], isUrgent: true
            ) { _ in .text("alive\n") },
            Route(
                .get, "/readyz", .publicAccess, "Whether the process can take alerts and send pages", tag: "Health",
                responses: [
                    Route.Response(200, "It can", type: "text/plain"),
                    Route.Response(503, "It cannot", type: "text/plain"),
                ], isUrgent: true, handler: ready),
            Route(
                .get, "/metrics", .publicAccess,
                "Figures for Prometheus; from this machine, or with a token that may read",
                tag: "Health", responses: [Route.Response(200, "Text format 0.0.4", type: "text/plain")],
                handler: show),
        ]
    }

    /// Says in short words what stands in the way, and no more (S64). That no channel can deliver is told but is no
    /// reason to send alerts elsewhere.
    @Sendable private func ready(_ call: Call) async -> Answer {
        var obstacles: [String] = []
        if engine.fault != nil { obstacles.append("database") }
        if let last = engine.lastDispatch, call.now - last > Self.longestPause { obstacles.append("dispatcher") }
        if engine.queueDepth > Self.deepestQueue { obstacles.append("engine") }
        if obstacles.isEmpty {
            do {
                // One read: a store that was never migrated or has gone since the last write cannot answer it.
                _ = try await engine.store.read { try AlertQueries.countOpen(on: $0) }
            } catch {
                obstacles.append("database")
            }
        }
        guard obstacles.isEmpty else {
            return Answer.text("not ready: " + obstacles.joined(separator: ", ") + "\n", status: .serviceUnavailable)
        }
        let note =
            channels.isEmpty
            ? "channels: none configured\n" : "channels: \(channels.sorted().joined(separator: ", "))\n"
        return .text("ready\n" + note + (await selfMonitorNote()))
    }

    /// How the self-monitor found it. A far end that takes no messages is no reason to send alerts elsewhere.
    private func selfMonitorNote() async -> String {
        do {
            guard try await engine.organisation().selfMonitor != nil,
                let last = try await engine.store.read({ try SelfMonitorState.read(on: $0) })
            else { return "" }
            return last.wentWell
                ? "self-monitor: pages went out at \(last.at.rfc3339())\n"
                : "self-monitor: pages have not gone out since \((last.failingSince ?? last.at).rfc3339())\n"
        } catch {
            return "self-monitor: not known\n"
        }
    }

    @Sendable private func show(_ call: Call) async throws -> Answer {
        guard call.caller.may(.readAll) || call.isFromThisMachine else {
            throw call.caller.isSignedIn ? HTTPProblem.forbidden : HTTPProblem.notSignedIn
        }
        let text = metrics.render() + (try await figures.render())
        return .bytes(Array(text.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
            .with(.cacheControl, "no-store")
    }
}

extension Call {
    /// Whether nobody else's request can be behind this one. A proxy on this machine that was not declared says for
    /// whom it speaks, and then it does not count.
    fileprivate var isFromThisMachine: Bool {
        (address == "127.0.0.1" || address == "::1") && headers[.forwardedFor] == nil && headers[.forwarded] == nil
    }
}

extension HTTPField.Name {
    fileprivate static let forwarded: HTTPField.Name = {
        guard let name = HTTPField.Name("Forwarded") else { preconditionFailure("Forwarded is a header's name") }
        return name
    }()
}
