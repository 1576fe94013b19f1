import Chronology
import Delivery
import Logging
import Notation
import OnCall
import Paging
import Storage
import Synchronization

/// Sends what the outbox owes. It takes rows up under a lease, makes one attempt for each, and reports to the engine, which
/// decides what the result means. Sending is never done inside a transaction, and a row that is taken up is sent at once,
/// so an acknowledgement that commits before the taking up stops it (R8).
public final class Dispatcher: Sendable {
    private let engine: Engine
    private let channels: [String: any Channel]
    private let links: AcknowledgementLinks
    private let publicURL: String
    private let node: String
    private let logger: Logger
    private let farEnds = Mutex(FarEnds())

    /// - Parameters:
    ///   - channels: by their kind. A contact method of a kind that is not there fails for good, and its page says so.
    ///   - node: names this process in leases; two processes never share one.
    public init(
        engine: Engine, channels: [String: any Channel], links: AcknowledgementLinks, publicURL: String, node: String,
        logger: Logger
    ) {
        self.engine = engine
        self.channels = channels
        self.links = links
        self.publicURL = publicURL
        self.node = node
        self.logger = logger
    }

    /// How many attempts are being made now.
    public var attemptsInFlight: Int { farEnds.withLock { $0.total } }

    /// Runs until the task is cancelled, then waits for the attempts that are on their way.
    public func run() async {
        await withDiscardingTaskGroup { group in
            await withTaskCancellationHandler {
                while !Task.isCancelled {
                    let claims = await claim()
                    for claim in claims {
                        farEnds.withLock { $0.began(farEnd(claim.channel, claim.destination)) }
                        // A cancelled attempt would be of unknown outcome; it is short, so it is let finish.
                        group.addTask { await Task { await self.attempt(claim) }.value }
                    }
                    if claims.isEmpty { await pause() }
                }
            } onCancel: {
                engine.deliveriesQueued.end()
            }
        }
    }

    private func claim() async -> [Outbox.Claim] {
        engine.noteDispatch()
        let free = OutboxLimits.concurrency - attemptsInFlight
        guard free > 0 else { return [] }
        do {
            let node = node
            let isOwed = try await engine.store.read { connection in
                try Outbox.nextDue(on: connection).map { $0 <= connection.now } ?? false
            }
            guard isOwed else { return [] }
            let organisation = try await engine.organisation()
            return try await engine.store.write(.shared) { [self] connection in
                // What is admitted here counts for real only when the block has been committed.
                var farEnds = farEnds.withLock { $0 }
                var meters = Meters(organisation: organisation, on: connection)
                let claims = try Outbox.claim(limit: free, by: node, on: connection) { channel, destination, kind in
                    let farEnd = farEnd(channel, destination)
                    let most = channels[channel].map { type(of: $0).descriptor.limits.concurrentAttempts } ?? free
                    guard farEnds.hasRoom(at: farEnd, most: most) else { return .destinationIsBusy }
                    let admission = try meters.admit(channel, destination, kind)
                    if admission == .admitted { farEnds.began(farEnd) }
                    return admission
                }
                try meters.write()
                return claims
            }
        } catch {
            logger.warning("the outbox could not be looked at", metadata: ["fault": "\(error)"])
            return []
        }
    }

    /// A channel that is not there turns its messages away at once.
    private func farEnd(_ channel: String, _ destination: String) -> String {
        channels[channel]?.farEnd(of: destination) ?? channel
    }

    private func pause() async {
        var pause = Engine.safetyNet
        if attemptsInFlight < OutboxLimits.concurrency {
            do {
                let next = try await engine.store.read { connection in
                    try Outbox.nextDue(on: connection).map { $0 - connection.now }
                }
                // Due but not to be had: its lane is busy, or another node has it. It is looked at again soon.
                if let next { pause = min(pause, max(next, .milliseconds(50))) }
            } catch {
                pause = .seconds(1)
            }
        }
        await engine.deliveriesQueued.wait(atMost: pause, with: engine.clock)
    }

    private func attempt(_ claim: Outbox.Claim) async {
        let start = ContinuousClock.now
        let result = await result(of: claim)
        let wasSilent = !result.isAccepted && ContinuousClock.now - start >= OutboxLimits.silence
        farEnds.withLock { $0.ended(farEnd(claim.channel, claim.destination), wasSilent: wasSilent) }
        do {
            _ = try await engine.submit(
                .attempted(
                    AttemptReport(delivery: claim.id, epoch: claim.epoch, result: report(result, of: claim))))
        } catch {
            // The lease runs out and the message is sent again under the same key: twice rather than never.
            logger.error("the result of a delivery could not be written", metadata: ["fault": "\(error)"])
        }
        engine.deliveriesQueued.wake()
    }

    /// What the engine is told. Of a test only the word for its result is kept; the rest is the operator's, in the log.
    private func report(_ result: AttemptResult, of claim: Outbox.Claim) -> AttemptReport.Result {
        let word = claim.kind == .test || claim.kind == .verification ? ContactTest.Result(result).rawValue : nil
        switch result {
        case .accepted(let detail, let receipt):
            engine.count(delivery: "accepted")
            return .accepted(detail: word ?? detail, receipt: receipt)
        case .transient(let reason, let after):
            engine.count(delivery: "transient")
            noteTest(claim, reason)
            return .retry(reason: word ?? reason, after: after)
        case .unknown(let reason):
            engine.count(delivery: "unknown")
            noteTest(claim, reason)
            return .retry(reason: word ?? reason, after: nil)
        case .permanent(let reason, _):
            engine.count(delivery: "permanent")
            noteTest(claim, reason)
            return .refused(reason: word ?? reason)
        }
    }

    private func noteTest(_ claim: Outbox.Claim, _ reason: String) {
        guard claim.kind == .test else { return }
        logger.notice(
            "a test message was not accepted", metadata: ["delivery": "\(claim.id)", "reason": "\(reason)"])
    }

    private func result(of claim: Outbox.Claim) async -> AttemptResult {
        do {
            let organisation = try await engine.organisation()
            if claim.kind == .group { return try await setGroup(claim, organisation) }
            guard let contact = organisation.recipient(claim.user)?.contact(claim.method) else {
                return .permanent(reason: "the contact method is not there any more", by: .tocsin)
            }
            guard !contact.isSecretLost else {
                return .permanent(
                    reason: "its signing key cannot be opened on this server and must be set anew", by: .tocsin)
            }
            guard let channel = channels[claim.channel] else {
                return .permanent(
                    reason: "the channel \(claim.channel) is not configured on this server", by: .tocsin)
            }
            let settings = organisation.channels[claim.channel]
            if let reason = settings?.obstacle { return .permanent(reason: reason, by: .tocsin) }
            guard var message = try await message(for: claim, to: contact, organisation) else {
                return .permanent(reason: "what the message is about is not there any more", by: .tocsin)
            }
            message.account = settings?.account(calledBackAt: publicURL) ?? ChannelAccount()
            return await channel.attempt(message, now: engine.clock.now())
        } catch {
            return .transient(reason: "the message could not be put together: \(error)", retryAfter: nil)
        }
    }

    /// Whoever is on call at this moment is put into the user group: a message that comes late says nothing that is old.
    private func setGroup(_ claim: Outbox.Claim, _ organisation: Organisation) async throws -> AttemptResult {
        guard let channel = channels[claim.channel] as? any GroupingChannel else {
            return .permanent(reason: "the channel \(claim.channel) is not configured on this server", by: .tocsin)
        }
        let settings = organisation.channels[claim.channel]
        if let reason = settings?.obstacle { return .permanent(reason: reason, by: .tocsin) }
        let now = engine.clock.now()
        let schedules = organisation.schedules.filter { $0.slackGroup == claim.destination }
        guard !schedules.isEmpty else {
            return .permanent(reason: "no schedule names the group any more", by: .tocsin)
        }
        var users: [UserID] = []
        for user in schedules.flatMap({ $0.onCall(at: now, absences: organisation.absences) }).map(\.user)
        where !users.contains(user) {
            users.append(user)
        }
        let members = users.compactMap(organisation.user).map { user in
            let own = user.contacts.first { $0.channel == claim.channel && !$0.destination.hasPrefix("C") }
            return GroupMember(name: user.name, id: own?.destination, email: user.email)
        }
        return await channel.setGroup(
            claim.destination, to: members, settings?.account(calledBackAt: publicURL) ?? ChannelAccount(),
            attempt: claim.attempt, now: now)
    }

    /// Put together from what is recorded now; nil: that is gone, or of a kind that a newer version made.
    private func message(
        for claim: Outbox.Claim, to contact: User.Contact, _ organisation: Organisation
    ) async throws -> OutgoingMessage? {
        try await engine.store.read { [publicURL, links] connection in
            switch claim.kind {
            case .page:
                guard let page = try claim.page.flatMap({ try Page($0, on: connection) }) else { return nil }
                return try PageMessage(
                    page, organisation: organisation, publicURL: publicURL, links: links, on: connection
                ).outgoing(for: claim, contact: contact)
            case .test:
                return try TestMessage(
                    claim.id, organisation: organisation, publicURL: publicURL, on: connection
                )?.outgoing(for: claim, contact: contact)
            case .settled:
                return try SettledMessage(claim.id, organisation: organisation, publicURL: publicURL, on: connection)?
                    .outgoing(for: claim, contact: contact)
            case .verification:
                return VerificationMessage(contact, of: claim.user, links: links, organisation: organisation)
                    .outgoing(for: claim)
            case .onCall:
                return try DutyMessage(claim, organisation: organisation, publicURL: publicURL, on: connection)?
                    .outgoing(for: claim, contact: contact)
            case .incident:
                return try IncidentMessage(
                    claim.id, organisation: organisation, publicURL: publicURL, on: connection
                )?.outgoing(for: claim, contact: contact)
            case .group, nil:
                return nil
            }
        }
    }
}

extension AttemptResult {
    fileprivate var isAccepted: Bool {
        switch self {
        case .accepted: true
        case .transient, .permanent, .unknown: false
        }
    }
}
