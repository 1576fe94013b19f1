import Chronology
import Glibc
import Notation
import Synchronization

/// The time zones of this machine, read from its tz database once each and kept.
///
/// Reading one takes some tens of microseconds, so it is done where it is asked for. An update of the database is seen
/// when the process starts again. UTC is always there, with or without a database.
public final class ZoneDirectory: Sendable {
    public static let defaultPath = "/usr/share/zoneinfo"

    private let path: String
    private let zones = Mutex<[String: Zone]>([:])

    /// The tz database has about 600 names; more would be somebody's own files, which are read anew every time.
    private static let cacheLimit = 1_024
    /// The longest name of the tz database has 32 bytes.
    private static let nameLimit = 64

    public init(path: String = ZoneDirectory.defaultPath) {
        self.path = path
    }

    /// The zone of that name, `Europe/Berlin`. A name that is not one, a zone that is not installed and a file that
    /// cannot be used are faults at `zone`. Names come from users: a name never leads out of the directory.
    public func zone(_ name: String) throws(InputFault) -> Zone {
        if name == Zone.utc.name { return .utc }
        if let known = zones.withLock({ $0[name] }) { return known }
        guard Self.isName(name) else {
            throw InputFault(
                at: "zone", "a time zone has a name such as Europe/Berlin, of at most \(Self.nameLimit) letters")
        }
        let bytes = try read(name)
        let zone: Zone
        do {
            zone = try Zone(name: name, tzif: bytes)
        } catch {
            throw InputFault(at: "zone", "\(error.place): \(error.reason)")
        }
        zones.withLock { zones in
            if zones.count < Self.cacheLimit { zones[name] = zone }
        }
        return zone
    }

    /// Letters, digits, `_`, `+` and `-` in one to three parts, as all names of the tz database are: no part can be `..`,
    /// and none is empty. `right/` counts leap seconds, `posix/` repeats the rest, and the other two mean another zone
    /// on every machine, so that a schedule moved to a new machine would change.
    static func isName(_ name: String) -> Bool {
        guard name.utf8.count <= nameLimit, !["localtime", "posixrules"].contains(name) else { return false }
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count <= 3, !parts[0].elementsEqual("right".utf8), !parts[0].elementsEqual("posix".utf8) else {
            return false
        }
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
    }

    private func read(_ name: String) throws(InputFault) -> [UInt8] {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if access(path, R_OK) != 0 {
                throw InputFault(at: "zone", "\(path) cannot be read: install the tzdata package")
            }
            throw InputFault(at: "zone", "\"\(name)\" is not a time zone that this machine knows")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw InputFault(at: "zone", "\"\(name)\" is not a time zone but a group of them")
        }
        // One byte more than is allowed, so that a longer file is seen to be too long.
        var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), Zone.fileSizeLimit) + 1)
        var count = 0
        while count < bytes.count {
            let received = bytes.withUnsafeMutableBytes { rest in
                // The array is never empty, so it has an address.
                Glibc.read(descriptor, rest.baseAddress! + count, rest.count - count)
            }
            if received < 0, errno == EINTR { continue }
            guard received >= 0 else { throw InputFault(at: "zone", "\(name) cannot be read: error \(errno)") }
            if received == 0 { break }
            count += received
        }
        return Array(bytes.prefix(count))
    }
}
