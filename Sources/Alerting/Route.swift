import Incidents
import Notation

/// A condition on one label.
public struct LabelMatcher: Hashable, Sendable {
    public enum Comparison: String, Hashable, Sendable {
        case equals = "="
        case differs = "!="
    }

    public let name: String
    public let comparison: Comparison
    public let value: String

    public init(_ name: String, _ comparison: Comparison, _ value: String) {
        self.name = name
        self.comparison = comparison
        self.value = value
    }

    /// A label that is not there counts as empty, as in Alertmanager.
    public func matches(_ labels: [Label]) -> Bool {
        let actual = labels[name] ?? ""
        switch comparison {
        case .equals: return actual == value
        case .differs: return actual != value
        }
    }

    public var text: String { "\(name)\(comparison.rawValue)\"\(value)\"" }
}

/// One rule from labels to what is done. Rules stand in order; the first that matches decides.
public struct Route: Hashable, Sendable {
    public let id: RouteID
    public let name: String
    /// All must hold; none means that everything matches.
    public let matchers: [LabelMatcher]
    /// Only signals of this integration; nil: of any.
    public let integration: IntegrationID?
    public let service: ServiceID?
    /// A label of the ladder that replaces what the source says; nil: the source's word counts.
    public let severity: String?
    /// Who is woken; nil: nobody, the alert is only kept.
    public let plan: EscalationPlanID?
    /// An incident is declared when the severity's rank is at or below (as bad as, or worse than) this; nil: by hand only.
    public let declaresFromRank: Int?

    public init(
        id: RouteID, name: String, matchers: [LabelMatcher], integration: IntegrationID?, service: ServiceID?,
        severity: String?, plan: EscalationPlanID?, declaresFromRank: Int?
    ) {
        self.id = id
        self.name = name
        self.matchers = matchers
        self.integration = integration
        self.service = service
        self.severity = severity
        self.plan = plan
        self.declaresFromRank = declaresFromRank
    }

    func admits(_ signal: Signal, from integration: IntegrationID) -> Bool {
        if let only = self.integration, only != integration { return false }
        return matchers.allSatisfy { $0.matches(signal.labels) }
    }
}

/// Where a signal goes, and why, in sentences.
public struct Routing: Hashable, Sendable {
    public let route: RouteID?
    public let service: ServiceID?
    public let severity: Severity
    public let plan: EscalationPlanID?
    public let declares: Bool
    public let explanation: [String]
}

/// The routes in force, with what applies where none matches: nothing is unrouted.
public struct RoutingTable: Hashable, Sendable {
    /// A service as routing needs it: who is woken for it unless a route says otherwise.
    public struct ServiceEntry: Hashable, Sendable {
        public let id: ServiceID
        public let name: String
        public let plan: EscalationPlanID?

        public init(id: ServiceID, name: String, plan: EscalationPlanID?) {
            self.id = id
            self.name = name
            self.plan = plan
        }
    }

    public let routes: [Route]
    public let ladder: Ladder
    /// What a signal without a known severity counts as.
    public let ordinarySeverity: Severity
    public let services: [ServiceEntry]
    /// Who is woken when neither route nor service says; nil: nobody.
    public let fallbackPlan: EscalationPlanID?

    public init(
        routes: [Route], ladder: Ladder, ordinarySeverity: Severity, services: [ServiceEntry],
        fallbackPlan: EscalationPlanID?
    ) {
        self.routes = routes
        self.ladder = ladder
        self.ordinarySeverity = ordinarySeverity
        self.services = services
        self.fallbackPlan = fallbackPlan
    }

    /// The severity that a route and the source's word give. Cheap: it is asked for every repeat.
    public func severity(of signal: Signal, on route: Route?) -> Severity {
        if let label = route?.severity, let severity = ladder.severity(labelled: label) { return severity }
        if let word = signal.severity, let severity = ladder.severity(meaning: word) { return severity }
        return ordinarySeverity
    }

    public func route(for signal: Signal, from integration: IntegrationID) -> Route? {
        routes.first { $0.admits(signal, from: integration) }
    }

    /// - Parameter integrationService: the service that the integration was made for, if any.
    public func routing(
        of signal: Signal, from integration: IntegrationID, integrationService: ServiceID?
    ) -> Routing {
        var explanation: [String] = []
        let route = route(for: signal, from: integration)
        if let route {
            let conditions = route.matchers.map(\.text).joined(separator: ", ")
            explanation.append(
                "Route \"\(route.name)\" matched\(conditions.isEmpty ? ", it takes everything" : " on \(conditions)").")
        } else {
            explanation.append("No route matched; the defaults apply.")
        }
        let severity = severity(of: signal, on: route)
        explanation.append(explain(severity, of: signal, on: route))
        let service = service(for: signal, on: route, integrationService: integrationService)
        if let service {
            explanation.append("It belongs to the service \(service.name).")
        } else if let name = signal.labels[Self.serviceLabel] {
            explanation.append("Its label names the service \"\(shortened(name))\", which is not known here.")
        } else {
            explanation.append("No service is known for it.")
        }
        let plan = route?.plan ?? service?.plan ?? fallbackPlan
        var declares = false
        if let limit = route?.declaresFromRank {
            declares = severity.rank <= limit
            explanation.append(
                declares
                    ? "The route declares an incident for \(severity.label)."
                    : "The route declares incidents from \(mildest(limit)) on; \(severity.label) is milder, so it stays an alert."
            )
        } else {
            explanation.append("No route declares an incident for it; it stays an alert until somebody does.")
        }
        return Routing(
            route: route?.id, service: service?.id, severity: severity, plan: plan, declares: declares,
            explanation: explanation)
    }

    /// The label by which a source names a service.
    private static let serviceLabel = "service"
    /// Longer than any name of a service that is meant, in characters: a label may hold a page of text.
    private static let longestName = 128

    private func shortened(_ name: String) -> String {
        name.count > Self.longestName ? name.prefix(Self.longestName) + "…" : name
    }

    /// The label of the mildest severity that a route still declares for.
    private func mildest(_ rank: Int) -> String {
        ladder.steps.last { $0.severity.rank <= rank }?.severity.label ?? "none"
    }

    private func service(for signal: Signal, on route: Route?, integrationService: ServiceID?) -> ServiceEntry? {
        let known = route?.service ?? integrationService
        if let known { return services.first { $0.id == known } }
        guard let name = signal.labels[Self.serviceLabel] else { return nil }
        return services.first { $0.name == name || $0.id.text == name }
    }

    private func explain(_ severity: Severity, of signal: Signal, on route: Route?) -> String {
        if route?.severity != nil { return "The route sets the severity to \(severity.label)." }
        guard let word = signal.severity else {
            return "The source gave no severity; \(severity.label) is the default."
        }
        guard ladder.severity(meaning: word) != nil else {
            return "The source's severity \"\(word)\" is not known; \(severity.label) is the default."
        }
        return "The source's severity \"\(word)\" means \(severity.label)."
    }
}
