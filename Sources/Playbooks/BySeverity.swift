/// A value for each severity: one for all of them, or some by name and perhaps one for the others.
public struct BySeverity<Value> {
    public struct Entry {
        public let severity: ElementID<Playbook.Severity>
        public let value: Value

        public init(_ severity: ElementID<Playbook.Severity>, _ value: Value) {
            self.severity = severity
            self.value = value
        }
    }

    /// In the order of the document.
    public let named: [Entry]
    /// For severities that are not named; nil when nothing is said of them.
    public let others: Value?

    public init(_ named: [Entry] = [], others: Value?) {
        self.named = named
        self.others = others
    }

    /// Nil when nothing is said of that severity.
    public subscript(severity: ElementID<Playbook.Severity>) -> Value? {
        named.first { $0.severity == severity }?.value ?? others
    }

    /// For an incident whose severity may not be known yet: then what holds for all of them, if one value does.
    public subscript(severity: ElementID<Playbook.Severity>?) -> Value? {
        guard let severity else { return named.isEmpty ? others : nil }
        return self[severity]
    }

    func mapped<New>(_ change: (Value) -> New) -> BySeverity<New> {
        BySeverity<New>(named.map { .init($0.severity, change($0.value)) }, others: others.map(change))
    }
}

extension BySeverity: Sendable where Value: Sendable {}
extension BySeverity: Equatable where Value: Equatable {}
extension BySeverity: Hashable where Value: Hashable {}
extension BySeverity.Entry: Sendable where Value: Sendable {}
extension BySeverity.Entry: Equatable where Value: Equatable {}
extension BySeverity.Entry: Hashable where Value: Hashable {}
