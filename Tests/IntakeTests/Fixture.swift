import Chronology
import Foundation
import Notation

/// One recorded request, and the answer that Alertmanager gave, if any.
struct Fixture: CustomStringConvertible, Sendable {
    let name: String
    let path: String
    let contentType: String?
    let body: [UInt8]
    /// When the request was recorded.
    let receivedAt: Instant
    let answer: Answer?

    struct Answer: Hashable, Sendable {
        let status: Int
        let contentType: String?
        let body: String
    }

    var description: String { name }

    /// `folder/name`, without the ending.
    init(_ name: String) throws {
        let data = try Data(contentsOf: Self.root.appendingPathComponent(name + ".json"))
        let fixture = try JSON(parsing: Array(data), limits: .stored)
        self.name = name
        path = try fixture.text("path")
        contentType = fixture["contentType"]?.string
        body = Array(try fixture.text("body").utf8)
        guard case .double(let seconds)? = fixture["t"] else { throw InputFault(at: "/t", "a number is missing") }
        receivedAt = Instant(microseconds: Int64((seconds * 1_000).rounded()) * 1_000)
        answer = try fixture["response"].map { response in
            Answer(
                status: Int(try response.number("status")), contentType: response["contentType"]?.string,
                body: try response.text("body"))
        }
    }

    /// Every fixture of a folder, by name. There must be some: an empty folder would make its tests pass by doing nothing.
    static func all(in folder: String, where isWanted: (String) -> Bool = { _ in true }) throws -> [Fixture] {
        let files = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
        let names = files.filter { $0.hasSuffix(".json") && isWanted($0) }.map { $0.dropLast(".json".count) }
        precondition(!names.isEmpty, "there are no fixtures in \(folder)")
        return try names.sorted().map { try Fixture("\(folder)/\($0)") }
    }

    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures")
}

func at(_ text: String) throws -> Instant {
    try Instant(rfc3339: text)
}

/// What Chronology says of a text that is no time. Its words are its own affair.
func whyUnreadable(_ text: String) -> String {
    do {
        return "it is readable: \(try Instant(wireTime: text))"
    } catch {
        return error.reason
    }
}
