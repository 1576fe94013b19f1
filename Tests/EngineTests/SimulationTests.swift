import Simulation
import Testing

/// Histories in a world of faults: lost, late and doubled messages, failing commits, crashes between any two steps, two
/// nodes, a clock that jumps. The checkers look after every step (R1–R6, R8–R11, R13, R24).
@Suite(.serialized) struct SimulationTests {
    @Test(.serialized, arguments: 1...40 as ClosedRange<UInt64>)
    func `a seeded history holds every invariant`(_ seed: UInt64) async throws {
        _ = try await World(World.Settings(seed: seed)).run()
    }

    @Test func `histories of fresh seeds hold every invariant`() async throws {
        for _ in 0..<10 {
            let seed = UInt64.random(in: 1_000_000...UInt64(UInt32.max))
            print("fresh seed \(seed); to repeat: swift run tocsin-sim --seed \(seed) --trace")
            _ = try await World(World.Settings(seed: seed)).run()
        }
    }

    @Test func `the same seed gives the same history, byte for byte`() async throws {
        let first = try await World(World.Settings(seed: 77)).run()
        let second = try await World(World.Settings(seed: 77)).run()
        #expect(first.transcript == second.transcript)
        #expect(first.transcript.count > 200)
    }

    @Test func `the histories meet what they are meant to meet`() async throws {
        var met: Set<String> = []
        for seed in 1...12 as ClosedRange<UInt64> {
            met.formUnion(try await World(World.Settings(seed: seed)).run().occurrences.keys)
        }
        let wanted: Set<String> = [
            "claim", "clock ahead", "clock back", "command", "crash", "crash before deadlines", "crash with claims",
            "delayed",
            "incident", "late signal", "node dies in sending", "report", "report delayed", "signals", "store fault",
            "time",
        ]
        #expect(wanted.subtracting(met) == [])
    }
}
