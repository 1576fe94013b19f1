import Engine
import ServiceLifecycle

/// Shows the first sign-in link once the server listens, looks after it while nobody has used it, and takes it out of the data
/// directory afterwards. A link of a server that could not start would lead nowhere, or to another program.
struct InvitationWatch: ServiceLifecycle.Service {
    /// How long a used link may lie there. One look is a read of one row, and none at all once the link is gone.
    static let interval = Duration.seconds(1)

    let engine: Engine
    let invitation: FirstSignIn
    /// Ends when the server listens.
    let listening: AsyncStream<Never>

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await _ in listening {}
            guard !Task.isCancelled else { return }
            try await invitation.begin()
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
