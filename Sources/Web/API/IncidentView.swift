import Chronology
import Engine
import Incidents
import Notation
import Playbooks
import Storage

/// An incident as the API shows it, with the names that its ids stand for.
struct IncidentView: Sendable {
    let incident: Incident
    let organisation: Organisation
    /// The hash of its last event, in hex: whoever keeps it can prove later that nothing before it was changed (R9).
    let head: String
    /// The playbook that it follows; nil: it cannot be read any more.
    let edition: Edition?
    let now: Instant

    init(
        _ incident: Incident, organisation: Organisation, shelf: PlaybookShelf, on connection: any Connection
    ) throws {
        self.incident = incident
        self.organisation = organisation
        edition = try organisation.edition(of: incident, shelf: shelf, on: connection)
        now = connection.now
        let last = try EventLog.read(
            stream: "incident/\(incident.id)", after: incident.version - 1, limit: 1, on: connection)
        head = (last.first?.hash ?? []).hexadecimal
    }

    func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", incident.id.text)
            writer.member("key", incident.key)
            writer.member("title", incident.title)
            writer.member("kind", incident.kind.rawValue)
            writer.member("severity", incident.severity)
            writer.member("status", incident.status.rawValue)
            let procedure = edition?.procedure ?? organisation.procedure
            writer.member("statusLabel", procedure.label(of: incident.status, named: incident.statusName))
            writer.member(
                "next",
                array: { writer in
                    for status in procedure.choices(after: incident.status, named: incident.statusName) {
                        writer.value(status.id)
                    }
                })
            writer.member(
                "playbook",
                object: { writer in
                    writer.member("id", incident.procedure)
                    writer.member("version", incident.procedureVersion)
                })
            writer.member("service", incident.service?.text)
            writer.member("serviceName", incident.service.flatMap(organisation.service)?.name)
            writer.member("impact", incident.history.answers["impact"])
            writer.member("phase", incident.history.phases.last?.value)
            writer.member("room", edition?.room(of: incident, in: organisation, at: now))
            writer.member(
                "fields",
                object: { writer in
                    for (field, text) in incident.history.answers.sorted(by: { $0.key < $1.key }) {
                        writer.member(field, text)
                    }
                })
            writeTimes(into: &writer)
            writeRoles(into: &writer)
            writeAlerts(into: &writer)
            writer.member("pages", array: { writer in for page in incident.pages { writer.value(page.text) } })
            writeProcedure(into: &writer)
            for later in ["hypotheses", "mitigations"] { writer.member(later, array: { _ in }) }
            writer.member("updatedAt", at: incident.updatedAt)
            writer.member("timeline", "\(API.base)/incidents/\(incident.key)/timeline")
            writer.member(
                "chain",
                object: { writer in
                    writer.member("head", head)
                    writer.member("length", incident.version)
                })
        }
    }

    private func writeProcedure(into writer: inout JSONWriter) {
        writer.member(
            "obligations",
            array: { writer in
                for obligation in edition?.agenda(of: incident, in: organisation, at: now).obligations ?? [] {
                    obligation.write(into: &writer, now: now)
                }
            })
        writer.member(
            "tasks",
            array: { writer in
                guard let playbook = edition?.playbook else { return }
                for list in ItemList.all(of: incident, under: playbook, in: organisation, at: now) {
                    for entry in list.entries { entry.write(into: &writer, list: list) }
                }
            })
        writer.member(
            "updates",
            array: { writer in
                for posted in incident.history.updates {
                    writer.object { writer in
                        writer.member("audience", posted.update.audience)
                        writer.member("stage", posted.update.stage)
                        writer.member("message", posted.update.text)
                        writer.member("at", at: posted.at)
                    }
                }
            })
    }

    private func writeTimes(into writer: inout JSONWriter) {
        let times = incident.times
        writer.member(
            "times",
            object: { writer in
                writer.member("impactStarted", at: times.impactStarted)
                writer.member("detected", at: times.detected)
                writer.member("declared", at: times.declared)
                writer.member("acknowledged", at: times.acknowledged)
                writer.member("mitigated", at: times.mitigated)
                writer.member("resolved", at: times.resolved)
                writer.member("closed", at: times.closed)
            })
    }

    private func writeRoles(into writer: inout JSONWriter) {
        writer.member(
            "roles",
            array: { writer in
                for assignment in incident.assignments {
                    writer.object { writer in
                        writer.member("role", assignment.role)
                        writer.member("user", assignment.user.text)
                        writer.member("userName", organisation.user(assignment.user)?.name)
                        writer.member("since", at: assignment.since)
                    }
                }
            })
    }

    private func writeAlerts(into writer: inout JSONWriter) {
        writer.member(
            "alerts",
            array: { writer in
                for alert in incident.alerts {
                    writer.object { writer in
                        writer.member("id", alert.id.text)
                        writer.member("title", alert.title)
                        writer.member("attachedAt", at: alert.attachedAt)
                        writer.member("resolvedAt", at: alert.resolvedAt)
                    }
                }
            })
    }
}

extension IncidentSummary {
    func write(into writer: inout JSONWriter, statusLabel: String, organisation: Organisation) {
        writer.object { writer in
            writer.member("id", id.text)
            writer.member("key", key)
            writer.member("title", title)
            writer.member("kind", kind.rawValue)
            writer.member("severity", severity)
            writer.member("status", status.rawValue)
            writer.member("statusLabel", statusLabel)
            writer.member("service", service?.text)
            writer.member("serviceName", service.flatMap(organisation.service)?.name)
            writer.member("lead", lead?.text)
            writer.member("leadName", lead.flatMap(organisation.user)?.name)
            writer.member(
                "times",
                object: { writer in
                    writer.member("declared", at: declaredAt)
                    writer.member("resolved", at: resolvedAt)
                })
            writer.member("updatedAt", at: updatedAt)
        }
    }
}

extension TimelineEntry {
    func write(into writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("sequence", sequence)
            writer.member("at", at: at)
            writer.member("kind", kind)
            writer.member("actor", actor.text)
            writer.member("actorName", actorName)
            writer.member("sentence", sentence)
            writer.member("detail", detail)
        }
    }
}

extension JSONWriter {
    mutating func member(_ name: String, _ severity: Severity) {
        member(
            name,
            object: { writer in
                writer.member("label", severity.label)
                writer.member("rank", severity.rank)
            })
    }
}

extension Sequence where Element == UInt8 {
    /// Two small digits a byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
