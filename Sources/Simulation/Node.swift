import Chronology
import Engine
import Notation
import Storage

/// One process of Tocsin as far as it can be lost: what it holds in memory. Everything else is in the store.
struct Node {
    let name: String
    var organisation: Organisation?
    /// What it has taken up and not reported yet.
    var claims: [Outbox.Claim] = []

    /// Decides a batch as the engine's loop does.
    mutating func decide(_ inputs: [Input], by decider: Decider, in store: FaultyStore) async throws -> [Result<
        Outcome, Refusal
    >] {
        let known = organisation
        let result = try await store.write(.engine) { try decider.decide(inputs, known: known, on: $0) }
        organisation = result.organisation
        return result.outcomes
    }

    /// The process dies: its memory is gone.
    mutating func crash() {
        organisation = nil
        claims = []
    }
}
