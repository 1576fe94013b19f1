import Notation

/// Where an export comes from.
public enum MigrationSource: String, CaseIterable, Hashable, Sendable {
    case pagerDuty = "pagerduty"
    case opsgenie
    case grafanaOnCall = "grafana-oncall"
    case goAlert = "goalert"
    case iCalendar = "icalendar"

    /// As a person calls it.
    public var name: String {
        switch self {
        case .pagerDuty: "PagerDuty"
        case .opsgenie: "Opsgenie"
        case .grafanaOnCall: "Grafana OnCall"
        case .goAlert: "GoAlert"
        case .iCalendar: "iCalendar"
        }
    }
}

/// One export, as it was downloaded.
public struct MigrationFile: Sendable {
    /// What messages call it: the file's name.
    public let name: String
    public let bytes: [UInt8]
    /// nil: it is recognised from its shape, and one that fits several is refused.
    public let source: MigrationSource?

    public init(name: String, bytes: [UInt8], source: MigrationSource? = nil) {
        self.name = name
        self.bytes = bytes
        self.source = source
    }
}

extension MigrationSource {
    /// The source of a JSON export, by the names of members that only one of the four has.
    ///
    /// - Throws: an `InputFault` where none or several fit: a person says it then.
    static func recognised(_ json: JSON, file: String) throws(InputFault) -> MigrationSource {
        var found: [MigrationSource] = []
        func look(_ json: JSON) {
            switch json {
            case .object(let members):
                for member in members {
                    for source in Self.allCases
                    where !found.contains(source) && source.isMarked(member.name, member.value) {
                        found.append(source)
                    }
                    look(member.value)
                }
            case .array(let elements): for element in elements { look(element) }
            case .null, .bool, .integer, .double, .string: return
            }
        }
        look(json)
        guard found.count <= 1 else {
            let names = Self.allCases.filter(found.contains).map(\.name).joined(separator: " and of ")
            throw InputFault(at: file, "it has marks of \(names): say which it is")
        }
        guard let source = found.first else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputFault(at: file, "nothing in it tells where it comes from: say which of \(names) it is")
        }
        return source
    }

    private func isMarked(_ name: String, _ value: JSON) -> Bool {
        if Self.marks(of: self).contains(name) { return true }
        guard name == "type", let type = value.string else { return false }
        switch self {
        case .pagerDuty: return type.hasSuffix("_reference") || type.hasSuffix("_contact_method")
        case .grafanaOnCall: return ["rolling_users", "recurrent_event", "single_event"].contains(type)
        case .opsgenie, .goAlert, .iCalendar: return false
        }
    }

    private static func marks(of source: MigrationSource) -> Set<String> {
        switch source {
        case .pagerDuty:
            [
                "schedule_layers", "rotation_virtual_start", "escalation_rules", "num_loops", "invitation_sent",
                "job_title", "contact_methods", "http_cal_url", "overrides_subschedule",
            ]
        case .opsgenie:
            ["participants", "timeRestriction", "fullName", "ownerTeam", "notifyType", "userContacts"]
        case .grafanaOnCall:
            [
                "rolling_users", "on_call_now", "on_call_shifts", "escalation_chain_id", "is_phone_number_verified",
                "ical_url_primary", "escalation_chains", "start_rotation_from_user_index",
            ]
        case .goAlert:
            [
                "shiftLength", "weekdayFilter", "activeUserIndex", "userOverrides", "contactMethods", "delayMinutes",
                "escalationPolicies", "userIDs",
            ]
        case .iCalendar: []
        }
    }
}
