import Chronology
import Engine
import Foundation
import Notation
import Testing

@Suite struct ZoneDirectoryTests {
    @Test func `a zone of the machine is read and kept`() throws {
        let directory = ZoneDirectory()
        let summer = try Instant(rfc3339: "2026-07-01T12:00:00Z")
        #expect(try directory.zone("Europe/Berlin").offset(at: summer).abbreviation == "CEST")
        #expect(try directory.zone("America/Argentina/Buenos_Aires").offset(at: summer).seconds == -10_800)
        #expect(try directory.zone("Europe/Berlin") == directory.zone("Europe/Berlin"))
    }

    @Test func `a zone once read does not need its file any more`() throws {
        let path = try temporaryDirectory()
        defer { remove(path) }
        try FileManager.default.copyItem(atPath: "/usr/share/zoneinfo/Asia/Tokyo", toPath: "\(path)/Tokyo")
        let directory = ZoneDirectory(path: path)
        let first = try directory.zone("Tokyo")
        try FileManager.default.removeItem(atPath: "\(path)/Tokyo")
        #expect(try directory.zone("Tokyo") == first)
        #expect(throws: InputFault.self) { try ZoneDirectory(path: path).zone("Tokyo") }
    }

    @Test func `UTC is there without a tz database`() throws {
        let directory = ZoneDirectory(path: "/nonexistent")
        #expect(try directory.zone("UTC") == .utc)
        let fault = #expect(throws: InputFault.self) { try directory.zone("Europe/Berlin") }
        #expect(fault == InputFault(at: "zone", "/nonexistent cannot be read: install the tzdata package"))
    }

    @Test(arguments: [
        "", "/", ".", "..", "../passwd", "Europe/../Europe/Berlin", "/etc/passwd", "Europe//Berlin", "Europe/Berlin/",
        "/Europe/Berlin", "Europe/Berlin\0", "Europe\\Berlin", "Europe/Berlin.bak", "zone1970.tab",
        "right/Europe/Berlin",
        "posix/Europe/Berlin", "localtime", "posixrules", "a/b/c/d", "Europe/Bérlin", String(repeating: "a", count: 65),
    ])
    func `what is not a zone's name is never looked up`(_ name: String) {
        let fault = #expect(throws: InputFault.self) { try ZoneDirectory().zone(name) }
        #expect(fault == InputFault(at: "zone", "a time zone has a name such as Europe/Berlin, of at most 64 letters"))
    }

    @Test(arguments: [
        ("Europe/Berln", "\"Europe/Berln\" is not a time zone that this machine knows"),
        ("Europe", "\"Europe\" is not a time zone but a group of them"),
        ("Text", "Text: the time zone file cannot be used: it ends within a header"),
        ("Long", "Long: the time zone file cannot be used: it has 262145 bytes, more than 262144"),
    ])
    func `a zone that cannot be had says why`(_ name: String, _ reason: String) throws {
        let path = try temporaryDirectory()
        defer { remove(path) }
        try FileManager.default.createDirectory(atPath: "\(path)/Europe", withIntermediateDirectories: false)
        try Data("no zone".utf8).write(to: URL(fileURLWithPath: "\(path)/Text"))
        try Data(count: 1_000_000).write(to: URL(fileURLWithPath: "\(path)/Long"))
        let fault = #expect(throws: InputFault.self) { try ZoneDirectory(path: path).zone(name) }
        #expect(fault == InputFault(at: "zone", reason))
    }

    private func temporaryDirectory() throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("zones-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        return url.path
    }

    private func remove(_ path: String) {
        // A directory that is left behind in the machine's temporary files fails no test.
        try? FileManager.default.removeItem(atPath: path)
    }
}
