import Chronology
import Notation

/// A document of Tocsin's configuration, as its API takes it.
public struct MigratedDocument: Hashable, Sendable {
    /// In the order in which they refer to one another, so that each can be put when its turn comes.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
        case user, team, schedule
        case `override`
        case plan
    }

    public let kind: Kind
    /// Made from the name: letters, digits, `-` and `_`, at most 64 bytes, and the same at every import.
    public let id: String
    /// Without the id. That of an override has the member `schedule`.
    public let body: JSON

    public init(kind: Kind, id: String, body: JSON) {
        self.kind = kind
        self.id = id
        self.body = body
    }
}

/// What came of exports of other systems: documents, and an account of everything that was found. Nothing is written, and
/// nothing is guessed: what cannot be said exactly is reported.
public struct Migration: Sendable {
    /// Users first, then teams, schedules, overrides and escalation plans.
    public let documents: [MigratedDocument]
    /// In the order of the files and of what stands in them.
    public let findings: [MigrationFinding]
    /// The source of each file, as it was told or recognised.
    public let sources: [(file: String, source: MigrationSource)]

    /// - Throws: an `InputFault` where a text cannot be read or a limit is passed. Its place is `FILE:line:column` for JSON,
    ///   `FILE:line` for a calendar, the file's name, or a field of the context.
    public init(of files: [MigrationFile], _ context: MigrationContext) throws(InputFault) {
        guard !files.isEmpty else { throw InputFault(at: "", "there is nothing to import") }
        guard files.count <= MigrationLimits.files else {
            throw InputFault(at: "", "at most \(MigrationLimits.files) files are imported at once")
        }
        var sources: [(file: String, source: MigrationSource)] = []
        var exports: [(source: MigrationSource, roots: [ExportRoot])] = []
        var calendars: [CalendarFile] = []
        for file in files {
            if file.source == .iCalendar || (file.source == nil && CalendarFile.isCalendar(file.bytes)) {
                calendars.append(try CalendarFile(name: file.name, bytes: file.bytes, zone: context.zone))
                sources.append((file.name, .iCalendar))
                continue
            }
            let root = try Self.root(of: file)
            let source: MigrationSource
            if let told = file.source {
                source = told
            } else {
                source = try MigrationSource.recognised(root.json, file: file.name)
            }
            sources.append((file.name, source))
            if let index = exports.firstIndex(where: { $0.source == source }) {
                exports[index].roots.append(root)
            } else {
                exports.append((source, [root]))
            }
        }
        var draft = MigrationDraft(context)
        for (source, roots) in exports {
            switch source {
            case .pagerDuty: try PagerDutyImport.run(roots, into: &draft)
            case .opsgenie: try OpsgenieImport.run(roots, into: &draft)
            case .grafanaOnCall: try GrafanaImport.run(roots, into: &draft)
            case .goAlert: try GoAlertImport.run(roots, into: &draft)
            case .iCalendar: continue
            }
        }
        for calendar in calendars { try CalendarImport.run(calendar, into: &draft) }
        guard draft.findings.count <= MigrationLimits.findings else {
            throw InputFault(
                at: "", "the report has more than \(MigrationLimits.findings) lines; import fewer files at once")
        }
        self.sources = sources
        documents = MigratedDocument.Kind.allCases.flatMap { kind in draft.documents.filter { $0.kind == kind } }
        findings = draft.findings
    }

    private static func root(of file: MigrationFile) throws(InputFault) -> ExportRoot {
        // Some programs write a byte order mark, which is no part of the text.
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]
        let bytes = file.bytes.starts(with: mark) ? Array(file.bytes.dropFirst(mark.count)) : file.bytes
        let json: JSON
        do throws(InputFault) {
            json = try JSON(parsing: bytes, limits: MigrationLimits.json)
        } catch {
            throw InputFault(at: error.place.isEmpty ? file.name : "\(file.name):\(error.place)", error.reason)
        }
        guard longestList(json) <= MigrationLimits.objects else {
            throw InputFault(at: file.name, "a list has at most \(MigrationLimits.objects) objects")
        }
        return ExportRoot(file: file.name, json: json)
    }

    /// Lists within objects are gone through as well.
    private static func longestList(_ json: JSON) -> Int {
        switch json {
        case .array(let elements): elements.reduce(elements.count) { max($0, longestList($1)) }
        case .object(let members): members.reduce(0) { max($0, longestList($1.value)) }
        case .null, .bool, .integer, .double, .string: 0
        }
    }

    public func count(_ verdict: MigrationFinding.Verdict) -> Int { findings.count { $0.verdict == verdict } }

    /// What a person reads before anything is written: what is left out, what works differently, what is as it was.
    public var report: String {
        var lines: [String] = []
        for (title, verdict) in [("Left out", .leftOut), ("Changed", .changed), ("Mapped", .mapped)]
            as [(String, MigrationFinding.Verdict)]
        {
            let found = findings.filter { $0.verdict == verdict }
            guard !found.isEmpty else { continue }
            lines.append("\(title) (\(found.count)):")
            for finding in found { lines.append("  \(finding)") }
            lines.append("")
        }
        return lines.dropLast().map { $0 + "\n" }.joined()
    }
}

/// The JSON of one file.
struct ExportRoot {
    let file: String
    let json: JSON
}
