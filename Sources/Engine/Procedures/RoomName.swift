import Chronology
import Incidents
import Notation
import Playbooks

extension Edition {
    /// What the room of the incident is called, by the pattern of its playbook; nil: such an incident has none (S1-10, S2-15, S3-31).
    ///
    /// It is computed from what is fixed at the declaration and the title, so it changes only when the title does.
    public func room(of incident: Incident, in organisation: Organisation, at now: Instant) -> String? {
        guard let pattern = playbook.naming.room else { return nil }
        let facts = Course(incident, under: playbook, in: organisation).facts(under: playbook)
        guard playbook.naming.roomWhen.holds(facts, at: now) else { return nil }
        let date = (playbook.naming.keyZone ?? playbook.zone).civil(at: incident.times.declared).date.description
        return pattern.parts.map { part in
            switch part {
            case .literal(let text): text
            case .date: date
            case .compactDate: date.filter { $0 != "-" }
            case .sequence(let digits): Self.number(in: incident.key, digits: digits)
            case .slug: incident.title.slug
            case .key: incident.key.lowercased()
            // A room's pattern holds neither: the reader has seen to it.
            case .category, .area: ""
            }
        }.joined()
    }

    /// The number at the end of a key, with at least so many digits.
    private static func number(in key: String, digits: Int) -> String {
        let number = String(key.reversed().prefix { $0.isASCII && $0.isNumber }.reversed())
        return String(repeating: "0", count: max(0, digits - number.count)) + number
    }
}

extension String {
    /// Longer names are cut by chat systems.
    private static let slugLimit = 40

    /// Lower-case letters and digits with single dashes between the words, as chat systems take them: `checkout-is-down`.
    fileprivate var slug: String {
        var slug = ""
        for scalar in lowercased().unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": slug.unicodeScalars.append(scalar)
            default: if !slug.isEmpty, !slug.hasSuffix("-") { slug += "-" }
            }
        }
        slug = String(slug.prefix(Self.slugLimit))
        while slug.hasSuffix("-") { slug.removeLast() }
        return slug.isEmpty ? "incident" : slug
    }
}
