import Engine
import Notation
import ServiceLifecycle
import Storage

/// Sees what the command line changed in the store of a running server: on SQLite nobody tells one process what another
/// has written.
struct ConfigurationWatch: ServiceLifecycle.Service {
    /// Somebody who was just added waits no longer than this to be let in. One look is a read of one row.
    static let interval = Duration.milliseconds(400)

    let engine: Engine
    let invitation: FirstSignIn

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                do {
                    try await engine.clock.sleep(Self.interval)
                } catch {
                    return  // cancelled: the server is going down
                }
            }
        }
    }

    private func look() async {
        do {
            let stored = try await engine.store.read { connection in
                try connection.first("SELECT value FROM meta WHERE key = 'organisation-version'") {
                    Int64($0.text(0)) ?? 0
                } ?? 0
            }
            // A block of the engine compares versions by itself and reads anew what has changed.
            if try await engine.organisation().version != stored { _ = try await engine.submit(.deadlinesPassed) }
            await invitation.withdrawWhenUsed()
        } catch {
            // The engine reports a store that cannot be read; here the next look tries again.
            return
        }
    }
}
