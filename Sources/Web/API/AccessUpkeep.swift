import Chronology
import Engine
import Identity
import Logging
import ServiceLifecycle

/// Keeps the access of one server in order while it runs: forgets who was signed in when another node ends a session or
/// a token (S21), and deletes what is over. Without it an ended session lasts a second longer here, and rows stay. Writes
/// down how many requests came in, too, and does so once more when the server ends.
struct AccessUpkeep: ServiceLifecycle.Service, CustomStringConvertible {
    /// What is over is never let in; deleting it only gives back room, and one pass walks three small tables.
    static let interval = Duration.hours(1)
    /// A crash loses the counts of so long at most, and a write is small.
    static let countingInterval = Duration.seconds(10)

    let description = "upkeep of sessions, links and counts"
    let engine: Engine
    let access: AccessControl
    let tally: IntakeTally
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await forget() }
                group.addTask { await sweep() }
                group.addTask { await count() }
            }
        }
        await save()
    }

    private func count() async {
        while !Task.isCancelled {
            // Only a cancellation ends the sleep early, and then the last counts are saved by `run`.
            guard (try? await engine.clock.sleep(Self.countingInterval)) != nil else { return }
            await save()
        }
    }

    private func save() async {
        do {
            try await tally.save(to: engine.store)
        } catch {
            logger.warning("counts of requests could not be written", metadata: ["fault": "\(error)"])
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
