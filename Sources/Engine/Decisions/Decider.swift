import Alerting
import Chronology
import Incidents
import Notation
import Paging
import Storage

/// Decides a batch of inputs inside one transaction: loads what they touch, asks the pure rooms what follows, and writes
/// it. It holds no state of its own between batches, so any node may run the next one.
///
/// A refused input changes nothing and does not hinder the others. Any other error fails the whole batch, which is then
/// rolled back.
public struct Decider: Sendable {
    public struct Result: Sendable {
        /// One for each input, in their order.
        public let outcomes: [Swift.Result<Outcome, Refusal>]
        public let lastSequence: Int64?
        public let queuedDeliveries: Bool
        /// The earliest deadline that the batch has set; nil: none.
        public let earliestDeadline: Instant?
        public let organisation: Organisation
        public let organisationChanged: Bool
    }

    let mint: Mint
    let keys: SealingKeys
    public let shelf: PlaybookShelf
    /// Where people find the server; empty: it has not been told.
    let publicURL: String

    /// - Parameter keys: what secrets are sealed under before they are written.
    public init(mint: Mint, zones: any ZoneSource = UTCOnly(), keys: SealingKeys, publicURL: String = "") {
        self.init(mint: mint, shelf: PlaybookShelf(zones: zones), keys: keys, publicURL: publicURL)
    }

    /// Deciders that share a shelf read each playbook once among them.
    public init(mint: Mint, shelf: PlaybookShelf, keys: SealingKeys, publicURL: String = "") {
        self.mint = mint
        self.publicURL = publicURL
        self.keys = keys
        self.shelf = shelf
    }

    /// - Parameter known: the organisation as it was last read; read again only when it has changed since.
    public func decide(_ inputs: [Input], known: Organisation?, on connection: any Connection) throws -> Result {
        let version = try Organisation.version(on: connection)
        let organisation: Organisation
        if let known, known.version == version {
            organisation = known
        } else {
            organisation = try Organisation.load(on: connection, keys, shelf: shelf)
        }
        let workspace = Workspace(connection, organisation: organisation, mint: mint, shelf: shelf)
        var outcomes: [Swift.Result<Outcome, Refusal>] = []
        outcomes.reserveCapacity(inputs.count)
        for input in inputs {
            do {
                let outcome = try decide(input, in: workspace)
                outcomes.append(.success(try settle(after: outcome, in: workspace)))
            } catch let refusal as Refusal {
                outcomes.append(.failure(refusal))
            }
        }
        let effects = try workspace.flush()
        return Result(
            outcomes: outcomes, lastSequence: effects.lastSequence, queuedDeliveries: effects.queuedDeliveries,
            earliestDeadline: effects.earliestDeadline, organisation: workspace.organisation,
            organisationChanged: effects.organisationChanged)
    }

    private func decide(_ input: Input, in workspace: Workspace) throws -> Outcome {
        switch input {
        case .signals(let batch): try receive(batch, in: workspace)
        case .command(let command, let actor): try carryOut(command, by: actor, in: workspace)
        case .deadlinesPassed: try deadlinesPassed(in: workspace)
        case .attempted(let report): try record(report, in: workspace)
        case .said(let said, let channel): try hear(said, by: channel, in: workspace)
        }
    }

    /// Lets the incidents that the input has changed do what they owe now, and gives the outcome as it is after that.
    private func settle(after outcome: Outcome, in workspace: Workspace) throws -> Outcome {
        for id in workspace.takeUnsettled() { try settle(id, in: workspace) }
        switch outcome {
        case .incident(let incident): return .incident(try workspace.incident(incident.id) ?? incident)
        case .page(let page): return .page(try workspace.page(page.id) ?? page)
        case .received, .alert, .pageAcknowledged, .alertAcknowledged, .document, .tested, .handOff, .heard, .done:
            return outcome
        }
    }
}

/// Where zones come from: the files of the machine, or none in the simulator.
public protocol ZoneSource: Sendable {
    /// nil: there is no zone of that name.
    func zone(named name: String) -> Zone?
}

public struct UTCOnly: ZoneSource {
    public init() {}
    public func zone(named name: String) -> Zone? { name == "UTC" ? .utc : nil }
}
