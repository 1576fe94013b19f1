import Chronology
import Incidents
import Storage

/// An incident's record as Markdown, for a repository or a wiki. Texts that people or sources wrote are escaped, so that an
/// alert cannot put markup into the document.
public enum IncidentExport {
    public static func markdown(
        of incident: Incident, organisation: Organisation, shelf: PlaybookShelf, generatedAt now: Instant,
        on connection: any Connection
    ) throws -> String {
        let procedure = try organisation.procedure(of: incident, shelf: shelf, on: connection)
        let chain = try EventLog.verify(stream: "incident/\(incident.id)", on: connection)
        var lines: [String] = []
        lines.append("# \(incident.key): \(escaped(incident.title))")
        lines.append("")
        lines.append("| | |")
        lines.append("| --- | --- |")
        func row(_ name: String, _ value: String) { lines.append("| \(name) | \(value) |") }
        row("Severity", escaped(incident.severity.label))
        row("Status", escaped(procedure.label(of: incident.status, named: incident.statusName)))
        if let service = incident.service.flatMap(organisation.service) { row("Service", escaped(service.name)) }
        for assignment in incident.assignments {
            let role = procedure.role(named: assignment.role)?.label ?? assignment.role
            row(escaped(role), escaped(organisation.user(assignment.user)?.name ?? assignment.user.text))
        }
        let times = incident.times
        for (name, time) in [
            ("Impact started", times.impactStarted), ("Declared", times.declared), ("Acknowledged", times.acknowledged),
            ("Mitigated", times.mitigated), ("Resolved", times.resolved), ("Closed", times.closed),
        ] {
            if let time { row(name, time.text(in: .utc)) }
        }
        if let resolved = times.resolved {
            row("Duration, declared to resolved", (resolved - times.declared).exactText)
        }
        row("Playbook", "\(escaped(incident.procedure)) version \(incident.procedureVersion)")
        lines += ["", "## Timeline", "", "All times are UTC.", ""]
        lines += ["| Time | Who | What |", "| --- | --- | --- |"]
        for entry in try Timeline.of(incident, organisation: organisation, shelf: shelf, on: connection) {
            var what = escaped(entry.sentence)
            if let detail = entry.detail { what += "<br>" + escaped(detail).replacingNewlines }
            lines.append("| \(entry.at.text(in: .utc)) | \(escaped(entry.actorName)) | \(what) |")
        }
        lines += ["", "## Record", ""]
        let head = chain.head
        lines.append("\(chain.length) events, hash chain head `\(head)`. Exported at \(now.text(in: .utc)).")
        return lines.joined(separator: "\n") + "\n"
    }

    /// The characters that Markdown or HTML would read as markup, each behind a backslash or as an entity.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "+", "!", "|", "~":
                escaped.append("\\")
                escaped.append(character)
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}

extension String {
    fileprivate var replacingNewlines: String {
        split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "<br>")
    }
}
