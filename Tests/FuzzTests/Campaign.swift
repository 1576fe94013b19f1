import Foundation

/// How long the readers are fuzzed, and from which seed. Every round has a generator of its own, made of the seed and the
/// round's number, so that a round can be repeated without those before it.
///
/// - `TOCSIN_FUZZ_ROUNDS`: rounds of each reader. A commit is checked with `ordinaryRounds`, which takes seconds; a night
///   takes millions.
/// - `TOCSIN_SEED`: the seed that an earlier run printed.
/// - `TOCSIN_FUZZ_INPUT`: a file that holds the input of the round under way. After a crash, which says nothing of its own, it
///   holds the input that crashed.
struct Campaign {
    static let ordinaryRounds = 2_000

    let name: String
    let seed: UInt64
    let rounds: Int
    private let kept: String?

    /// - Parameter cost: how many times an ordinary round the reader takes; so many fewer are run.
    init(_ name: String, cost: Int = 1) throws {
        let environment = ProcessInfo.processInfo.environment
        func number<Number: FixedWidthInteger>(_ variable: String) throws -> Number? {
            guard let text = environment[variable], !text.isEmpty else { return nil }
            guard let number = Number(text) else { throw Unreadable(variable: variable, text: text) }
            return number
        }
        self.name = name
        seed = try number("TOCSIN_SEED") ?? UInt64.random(in: .min ... .max)
        rounds = max(1, (try number("TOCSIN_FUZZ_ROUNDS") ?? Self.ordinaryRounds) / cost)
        // The readers are fuzzed at the same time, each with a file of its own.
        kept = environment["TOCSIN_FUZZ_INPUT"].map { "\($0).\(name.replacing(" ", with: "-"))" }
        print("TOCSIN_SEED=\(seed) TOCSIN_FUZZ_ROUNDS=\(rounds * cost) for \(name)")
    }

    struct Unreadable: Error, CustomStringConvertible {
        let variable: String
        let text: String
        var description: String { "\(variable)=\(text) is not a number" }
    }

    /// Mutates one text of the corpus after the other and hands each over, with how to repeat it.
    func run(_ corpus: [[UInt8]], _ body: ([UInt8], String) throws -> Void) throws {
        precondition(!corpus.isEmpty, "There is nothing to mutate.")
        for round in 0..<rounds {
            var mutation = Mutation(seed: seed &+ UInt64(round) &* 0x2545_f491_4f6c_dd1d)
            let input = mutation.mutate(corpus[round % corpus.count], with: corpus)
            if let kept { try Data(input).write(to: URL(fileURLWithPath: kept)) }
            try body(input, "TOCSIN_SEED=\(seed), round \(round) of \(name)")
        }
    }
}
