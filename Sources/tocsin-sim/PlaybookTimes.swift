import Chronology
import Engine
import Playbooks

/// How long reading, linting and recomputing take, beside a floor: one pass over the bytes of the same document that looks
/// at each. A ratio says more than a time, since machines differ.
struct PlaybookTimes {
    /// Each figure is the best of so many: what else the machine does only ever adds.
    private static let rounds = 15

    let text: String

    init() {
        let zones = ZoneDirectory()
        let zone: @Sendable (String) -> Zone? = { name in
            // Without the machine's zones a playbook cannot be read, and its line says so.
            try? zones.zone(name)
        }
        var lines = [
            "playbook          bytes     floor      read   (x floor)      lint   (x floor)    agenda  owed"
        ]
        for text in BuiltInPlaybooks.texts {
            guard let playbook = Playbook.read(text.bytes, file: text.file, zone: zone).playbook else {
                lines.append("\(text.name): cannot be read on this machine")
                continue
            }
            var sum: UInt64 = 0
            let floor = Self.best { for byte in text.bytes { sum = sum &* 31 &+ UInt64(byte) } }
            let read = Self.best { _ = Playbook.read(text.bytes, file: text.file, zone: zone) }
            let lint = Self.best { _ = PlaybookLint.findings(of: playbook, text: text.bytes, file: text.file) }
            let start = Instant(seconds: 1_709_938_200)
            let course = Course(declared: start, severity: playbook.severities[0].id)
            var owed = 0
            let agenda = Self.best {
                owed = Agenda(of: course, under: playbook, at: start + .minutes(20)).obligations.count
            }
            lines.append(
                Self.cell(text.name, 16) + Self.right("\(text.bytes.count)", 7) + Self.right(Self.shown(floor), 10)
                    + Self.right(Self.shown(read), 10) + Self.right("\(Self.ratio(read, floor))", 12)
                    + Self.right(Self.shown(lint), 10) + Self.right("\(Self.ratio(lint, floor))", 12)
                    + Self.right(Self.shown(agenda), 10) + Self.right("\(owed)", 6) + (sum == 0 ? " " : ""))
        }
        self.text = lines.joined(separator: "\n")
    }

    private static func best(_ work: () -> Void) -> Swift.Duration {
        var best = Swift.Duration.seconds(3_600)
        let clock = ContinuousClock()
        for _ in 0..<rounds { best = min(best, clock.measure(work)) }
        return best
    }

    private static func shown(_ duration: Swift.Duration) -> String {
        let microseconds = duration / .microseconds(1)
        return microseconds < 1_000 ? "\(Int(microseconds.rounded())) us" : "\(tenths(microseconds / 1_000)) ms"
    }

    private static func ratio(_ one: Swift.Duration, _ other: Swift.Duration) -> String {
        let ratio = one / other
        return ratio < 10 ? tenths(ratio) : "\(Int(ratio.rounded()))"
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func cell(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }
}
