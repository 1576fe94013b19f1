import Chronology
import Engine
import Identity
import Logging
import ServiceLifecycle

/// Keeps the access of one server in order while it runs: forgets who was signed in when another node ends a session or
/// a token (S21), and deletes what is over. Without it an ended session lasts a second longer here, and rows stay.
struct AccessUpkeep: ServiceLifecycle.Service, CustomStringConvertible {
    /// What is over is never let in; deleting it only gives back room, and one pass walks three small tables.
    static let interval = Duration.hours(1)

    let description = "upkeep of sessions and links"
    let engine: Engine
    let access: AccessControl
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await forget() }
                group.addTask { await sweep() }
            }
        }
    }

    private func forget() async {
        for await _ in engine.sessionsChanged.listen() { access.forget() }
    }

    private func sweep() async {
        while !Task.isCancelled {
            do {
                try await engine.clock.sleep(Self.interval)
                try await access.sweep()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("what is over could not be deleted", metadata: ["fault": "\(error)"])
            }
        }
    }
}
