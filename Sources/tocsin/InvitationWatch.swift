import Engine
import ServiceLifecycle

/// Takes the first sign-in link out of the data directory once it has been used.
struct InvitationWatch: ServiceLifecycle.Service {
    /// How long a used link may lie there. One look is a read of one row, and none at all once the link is gone.
    static let interval = Duration.seconds(1)

    let engine: Engine
    let invitation: FirstSignIn

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await invitation.withdrawWhenUsed()
                do {
                    try await engine.clock.sleep(Self.interval)
                } catch {
                    return  // cancelled: the server is going down
                }
            }
        }
    }
}
