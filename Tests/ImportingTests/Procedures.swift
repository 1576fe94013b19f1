import Chronology
import Foundation
import Importing
import Playbooks
import Testing

/// Three invented procedures of three invented companies, which share neither words nor order. Together they use every
/// form that the importer knows.
enum Procedure: String, CaseIterable, CustomTestStringConvertible {
    case harbour = "harbour-charging-outages"
    case vireo = "vireo-clinic-booking"
    case marlin = "marlin-freight-runbook"

    struct Missing: Error, CustomStringConvertible {
        let path: String
        var description: String { "\(path) cannot be read: run the tests from the checkout that they were built in" }
    }

    var fileName: String { "\(rawValue).md" }
    var testDescription: String { rawValue }

    func bytes() throws -> [UInt8] {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "Procedures/\(fileName)"
        ).path
        guard let data = FileManager.default.contents(atPath: path) else { throw Missing(path: path) }
        return [UInt8](data)
    }

    /// Importing is a function of the bytes, so that once is enough for all tests.
    func imported() throws -> ImportResult {
        guard let result = Self.results[self] else { throw Missing(path: fileName) }
        return try result.get()
    }

    func importedAnew() throws -> ImportResult {
        try ProcedureImport.read(bytes(), fileName: fileName, zone: InstalledZones.find)
    }

    private static let results = Dictionary(
        uniqueKeysWithValues: allCases.map { procedure in (procedure, Result { try procedure.importedAnew() }) })
}

/// The time zone files of this machine. Where they are missing, every test that asks for one fails.
enum InstalledZones {
    @Sendable static func find(_ name: String) -> Zone? {
        guard !name.hasPrefix("/"), !name.contains(".."),
            let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)")
        else { return nil }
        // A file that is no zone is no zone of that name.
        return try? Zone(name: name, tzif: [UInt8](data))
    }
}

func imported(_ text: String) -> ImportResult { ProcedureImport.read(Array(text.utf8), zone: InstalledZones.find) }

extension ImportResult {
    /// The draft without comments and empty lines, for comparing with what it should say.
    var plainDraft: String {
        draft.split(separator: "\n").filter { $0.drop { $0 == " " }.first != "#" }.map { $0 + "\n" }.joined()
    }

    /// The blocks that begin with that line, at any depth, without comments and without their indentation.
    func blocks(_ first: String) -> [String] {
        let lines = plainDraft.split(separator: "\n")
        return lines.indices.filter { lines[$0].drop { $0 == " " } == first }.map { start in
            let indent = lines[start].indent
            let rest = lines[(start + 1)...].prefix { $0.indent > indent }
            return ([lines[start]] + rest).map { String($0.dropFirst(indent)) }.joined(separator: "\n")
        }
    }

    /// Whether something stands at the path of a finding: keys, and elements of lists by their name or their number.
    func holds(_ path: String) -> Bool {
        var lines = plainDraft.split(separator: "\n")[...]
        var indent = 0
        for step in path.split(separator: ".") {
            let first = lines.first { $0.indent == indent || $0.indent == indent + 2 }
            let depth = first?.indent ?? indent
            let isList = first.map { $0.dropFirst(depth).hasPrefix("- ") } ?? false
            let starts = lines.indices.filter {
                lines[$0].indent == depth && (!isList || lines[$0].dropFirst(depth).hasPrefix("- "))
            }
            let found = starts.enumerated().first { number, index in
                let text = lines[index].dropFirst(depth)
                guard isList else { return text.hasPrefix("\(step):") }
                let block =
                    [lines[index]]
                    + lines[(index + 1)...].prefix { $0.indent > depth }.filter { $0.indent == depth + 2 }
                return "\(number + 1)" == step
                    || block.contains { line in
                        ["id", "to", "severity", "state"].contains { key in
                            line.dropFirst(depth + 2) == "\(key): \(step)"
                                || line.dropFirst(depth + 2) == "\(key): target(\(step))"
                        }
                    }
            }
            guard let start = found?.element else { return false }
            let rest = lines[(start + 1)...].prefix { $0.indent > depth }
            // The first key of an element stands behind its dash.
            lines =
                isList
                ? [Substring(String(repeating: " ", count: depth + 2) + lines[start].dropFirst(depth + 2))] + rest
                : rest
            indent = depth + (isList ? 2 : 0)
        }
        return true
    }

    struct Question: Hashable, CustomStringConvertible {
        let line: Int
        let text: String
        let choices: [String]
        let meanwhile: String

        var description: String { "\(line): \(text) \(choices) \(meanwhile)" }
    }

    var questions: [Question] {
        findings.compactMap { finding in
            guard case .ambiguous(let question, let choices, let meanwhile, _) = finding.outcome else { return nil }
            return Question(line: finding.lines.first ?? 0, text: question, choices: choices, meanwhile: meanwhile)
        }
    }

    /// The lines that were left out.
    var leftOutLines: [Int] {
        findings(.leftOut).flatMap(\.lines).sorted()
    }

    /// The lines of the source of which nothing is said.
    func unaccounted(of text: String) -> [Int] {
        let told = Set(findings.flatMap(\.lines))
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
            line.allSatisfy { $0 == " " || $0 == "\r" || $0 == "\t" } || told.contains(index + 1) ? nil : index + 1
        }
    }

    /// What the reader of playbooks says of the draft.
    var faults: [String] { Playbook.read(Array(draft.utf8), zone: InstalledZones.find).errors.map(\.description) }
}

extension Substring {
    fileprivate var indent: Int { prefix { $0 == " " }.count }
}

/// SplitMix64, so that a failure can be repeated from the seed that is printed with it.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
