import Engine
import ServiceLifecycle

/// Looks after the first sign-in link while nobody has used it, and takes it out of the data directory afterwards.
struct InvitationWatch: ServiceLifecycle.Service {
    /// How long a used link may lie there. One look is a read of one row, and none at all once the link is gone.
    static let interval = Duration.seconds(1)

    let engine: Engine
    let invitation: FirstSignIn

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await invitation.look()
                do {
                    try await engine.clock.sleep(Self.interval)
                } catch {
                    return  // cancelled: the server is going down
                }
            }
        }
        await invitation.release()
    }
}
