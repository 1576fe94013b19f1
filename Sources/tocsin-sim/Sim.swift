import ArgumentParser
import Simulation

/// Runs the simulator by hand: one seed to repeat what a test found, or many to look for more.
@main
struct Sim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tocsin-sim",
        abstract: "Run Tocsin's engine in a seeded world of faults, and check after every step that nothing is lost.")

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds to run, from the first on.")
    var count: UInt64 = 1

    @Option(help: "How many steps each history has.")
    var steps = 300

    @Flag(help: "Print every step.")
    var trace = false

    @Flag(help: "Measure reading, linting and recomputing of the built-in playbooks instead, beside a floor.")
    var playbooks = false

    @Flag(help: "Measure who is on call instead, beside a floor.")
    var schedules = false

    func run() async throws {
        if playbooks {
            print(PlaybookTimes().text)
            return
        }
        if schedules {
            print(ScheduleTimes().text)
            return
        }
        var occurrences: [String: Int] = [:]
        for seed in seed..<(seed + count) {
            var settings = World.Settings(seed: seed)
            settings.steps = steps
            let world = try World(settings)
            do {
                let report = try await world.run()
                for (name, count) in report.occurrences { occurrences[name, default: 0] += count }
                if trace { for line in report.transcript { print(line) } }
            } catch let violation as World.Violation {
                if trace { for line in world.transcriptSoFar { print(line) } }
                print("VIOLATION \(violation)")
                throw ExitCode.failure
            }
        }
        let summary = occurrences.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        print("\(count) seeds of \(steps) steps held every invariant. Met: \(summary).")
    }
}
