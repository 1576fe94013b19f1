import Chronology

/// Makes TZif files of version 2 for tests: what no installed zone has.
struct TZifBytes {
    var types: [(seconds: Int32, flag: UInt8, letters: UInt8)] = [(0, 0, 0)]
    var letters = "UTC\0"
    var changes: [(second: Int64, type: UInt8)] = []
    var leapSeconds = 0
    var footer = ""

    var bytes: [UInt8] {
        header(times: 0, types: 1, letters: 1) + [0, 0, 0, 0, 0, 0, 0]
            + header(times: changes.count, types: types.count, letters: letters.utf8.count, leapSeconds: leapSeconds)
            + changes.flatMap { bigEndian($0.second) } + changes.map(\.type)
            + types.flatMap { bigEndian($0.seconds) + [$0.flag, $0.letters] } + Array(letters.utf8)
            + [UInt8](repeating: 0, count: leapSeconds * 12) + Array("\n\(footer)\n".utf8)
    }

    private func header(times: Int, types: Int, letters: Int, leapSeconds: Int = 0) -> [UInt8] {
        let counts = [0, 0, leapSeconds, times, types, letters]
        return Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15) + counts.flatMap { bigEndian(UInt32($0)) }
    }

    private func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension Zone {
    /// A zone that follows one POSIX TZ rule at all times.
    init(rule: String) throws(TimeFault) {
        try self.init(name: "Test/Rule", tzif: TZifBytes(footer: rule).bytes)
    }
}
