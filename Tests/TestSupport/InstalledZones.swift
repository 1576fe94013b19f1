import Chronology
import Foundation

/// The time zone files of this machine. The tests need them: where they are missing, every test that asks for one fails.
public enum InstalledZones {
    public static let directory = "/usr/share/zoneinfo"

    public struct Missing: Error, CustomStringConvertible {
        let name: String

        public init(name: String) { self.name = name }

        public var description: String { "\(directory)/\(name) cannot be read: install the tzdata package" }
    }

    public static func bytes(_ name: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { throw Missing(name: name) }
        return [UInt8](data)
    }

    public static func zone(_ name: String) throws -> Zone {
        try Zone(name: name, tzif: try bytes(name))
    }

    /// Every name, sorted. `posix/` repeats them all, and `right/` counts leap seconds.
    public static func names() throws -> [String] {
        guard let files = FileManager.default.enumerator(atPath: directory) else { throw Missing(name: "") }
        var names: [String] = []
        for case let name as String in files where !name.hasPrefix("posix/") && !name.hasPrefix("right/") {
            guard let data = FileManager.default.contents(atPath: "\(directory)/\(name)") else { continue }
            if data.starts(with: Array("TZif".utf8)), !["localtime", "posixrules"].contains(name) {
                names.append(name)
            }
        }
        // The tz database has named more than 300 zones for twenty years: fewer means that the package is not whole.
        guard names.count > 300 else { throw Missing(name: "*") }
        return names.sorted()
    }
}

/// SplitMix64, so that a failure can be repeated from the seed that is printed with it.
public struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

extension Instant {
    /// For tables of instants that are known to be well written.
    public static func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

    /// 1970-01-01 to 2100-01-01, in seconds.
    public static let testedSeconds: Range<Int64> = 0..<4_102_444_800
}
