import Chronology
import Notation

/// The addresses that watch over the process. They tell whether it lives and is ready, and no more (S64).
public enum HealthRoutes {
    /// Why the server is not ready, as short words (`database`, `clock`); empty when it is.
    public typealias Readiness = @Sendable () async -> [String]

    public static func all(metrics: Metrics, readiness: @escaping Readiness) -> [Route] {
        let ready: Route.Handler = { _ in
            let obstacles = await readiness()
            guard obstacles.isEmpty else {
                return Answer.text(
                    "not ready: " + obstacles.joined(separator: ", ") + "\n", status: .serviceUnavailable)
            }
            return Answer.text("ready\n")
        }
        return [
            Route(.get, "/livez", .publicAccess, "Whether the process answers at all") { _ in .text("alive\n") },
            Route(.get, "/readyz", .publicAccess, "Whether the process can take alerts", handler: ready),
            Route(.get, "/metrics", .readAll, "Figures for Prometheus") { _ in
                .bytes(Array(metrics.render().utf8), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }
}
