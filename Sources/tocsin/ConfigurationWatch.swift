import Engine
import ServiceLifecycle
import Storage

/// Sees what the command line changed in the store of a running server: on SQLite nobody tells one process what another
/// has written. On PostgreSQL the server does.
struct ConfigurationWatch: ServiceLifecycle.Service {
    /// Somebody who was just added waits no longer than this to be let in. One look is an empty transaction.
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
            // A block of the engine compares the version of the configuration with the stored one and reads anew what has
            // changed. With nothing due it writes nothing, so that the disk sleeps on.
            if engine.store.dialect == .sqlite { _ = try await engine.submit(.deadlinesPassed) }
        } catch {
            // The engine reports a store that cannot be used; here the next look tries again.
            return
        }
        await invitation.withdrawWhenUsed()
    }
}
