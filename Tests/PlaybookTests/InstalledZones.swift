import Chronology
import Foundation

/// The time zone files of this machine. Where they are missing, every test that asks for one fails.
enum InstalledZones {
    static let directory = "/usr/share/zoneinfo"

    /// As the reader of documents looks zones up: nil when there is none of that name.
    @Sendable static func find(_ name: String) -> Zone? {
        guard !name.hasPrefix("/"), !name.contains(".."),
            let data = FileManager.default.contents(atPath: "\(directory)/\(name)")
        else { return nil }
        // A file that is no zone is no zone of that name.
        return try? Zone(name: name, tzif: [UInt8](data))
    }
}

/// SplitMix64, so that a failure can be repeated from the seed that is printed with it.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
