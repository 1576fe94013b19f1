import Notation
import Synchronization

/// Figures for Prometheus, in its text format 0.0.4. Label values come from sets that are declared with the figure; any
/// other value counts as `other`, so that nothing a client sends can make the number of series grow (R22).
public final class Metrics: Sendable {
    public struct Label: Hashable, Sendable {
        public let name: String
        public let values: [String]

        public init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    /// The product of a figure's label values is kept below this; a declaration beyond it is a programmer's error.
    public static let mostSeries = 5_000

    private let families = Mutex<[String: any Family]>([:])

    public init() {}

    /// Declares a figure that only grows. Declaring a name twice is a programmer's error.
    public func counter(_ name: String, _ help: String, labels: [Label] = []) -> Counter {
        let counter = Counter(head: FamilyHead(name: name, help: help, type: "counter", labels: labels))
        add(counter, name)
        return counter
    }

    /// Declares a figure that is asked for whenever somebody reads the metrics.
    public func gauge(_ name: String, _ help: String, value: @escaping @Sendable () -> Double) {
        add(Gauge(head: FamilyHead(name: name, help: help, type: "gauge", labels: []), value: value), name)
    }

    /// Declares a distribution with the given upper bounds, ascending, in the figure's unit.
    public func histogram(_ name: String, _ help: String, bounds: [Double], labels: [Label] = []) -> Histogram {
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy(<), "the bounds of \(name) must ascend")
        let histogram = Histogram(
            head: FamilyHead(name: name, help: help, type: "histogram", labels: labels), bounds: bounds)
        add(histogram, name)
        return histogram
    }

    /// Bounds in seconds for what a person or a tool waits for.
    public static let seconds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// Everything, in the order of the names.
    public func render() -> String {
        let all = families.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
        return all.map { $0.render() }.joined()
    }

    private func add(_ family: any Family, _ name: String) {
        families.withLock { families in
            precondition(families[name] == nil, "the metric \(name) is declared twice")
            families[name] = family
        }
    }
}

protocol Family: Sendable {
    func render() -> String
}

struct FamilyHead: Sendable {
    let name: String
    let help: String
    let type: String
    let labels: [Metrics.Label]
    /// The place of each value in its label's list.
    private let places: [[String: Int]]

    init(name: String, help: String, type: String, labels: [Metrics.Label]) {
        let series = labels.reduce(1) { $0 * ($1.values.count + 1) }
        precondition(series <= Metrics.mostSeries, "\(name) has \(series) series, more than \(Metrics.mostSeries)")
        self.name = name
        self.help = help
        self.type = type
        self.labels = labels
        self.places = labels.map { label in
            Dictionary(label.values.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    var text: String { "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" }

    /// The number of the series of these label values: what is counted for every request is found without making texts.
    /// A value that was not declared counts as `other`.
    func series(_ values: [String]) -> Int {
        precondition(values.count == labels.count, "\(name) has \(labels.count) labels")
        var number = 0
        for index in labels.indices {
            let others = labels[index].values.count
            number = number * (others + 1) + (places[index][values[index]] ?? others)
        }
        return number
    }

    /// The label values of a series, in the order of the declaration.
    func values(of series: Int) -> [String] {
        var rest = series
        var values: [String] = []
        for label in labels.reversed() {
            let (quotient, place) = rest.quotientAndRemainder(dividingBy: label.values.count + 1)
            values.append(place < label.values.count ? label.values[place] : "other")
            rest = quotient
        }
        return values.reversed()
    }

    /// In the order of the label values.
    func sorted<Value>(_ series: [Int: Value]) -> [(values: [String], value: Value)] {
        series.map { (values(of: $0.key), $0.value) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    func line(_ suffix: String, _ values: [String], _ extra: [(String, String)] = [], _ number: String) -> String {
        let pairs = zip(labels.map(\.name), values).map { ($0, $1) } + extra
        let text = pairs.map { "\($0)=\"\(Self.escape($1))\"" }.joined(separator: ",")
        return name + suffix + (text.isEmpty ? "" : "{\(text)}") + " " + number + "\n"
    }

    private static func escape(_ value: String) -> String {
        var escaped = ""
        for character in value {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}

/// A figure that only grows.
public final class Counter: Family, Sendable {
    private let head: FamilyHead
    private let series = Mutex<[Int: Int]>([:])

    init(head: FamilyHead) {
        self.head = head
        if head.labels.isEmpty { series.withLock { $0[0] = 0 } }
    }

    /// `values` belong to the declared labels, in their order.
    public func add(_ amount: Int = 1, _ values: String...) {
        let key = head.series(values)
        series.withLock { $0[key, default: 0] += amount }
    }

    func render() -> String {
        let series = head.sorted(self.series.withLock { $0 })
        return head.text + series.map { head.line("", $0.values, [], "\($0.value)") }.joined()
    }
}

final class Gauge: Family {
    private let head: FamilyHead
    private let value: @Sendable () -> Double

    init(head: FamilyHead, value: @escaping @Sendable () -> Double) {
        self.head = head
        self.value = value
    }

    func render() -> String { head.text + head.line("", [], [], "\(value())") }
}

/// How a figure is distributed.
public final class Histogram: Family, Sendable {
    private struct Series {
        var buckets: [Int]
        var sum = 0.0
        var count = 0

        /// `place` is nil for what is above every bound.
        mutating func add(_ value: Double, at place: Int?) {
            if let place { buckets[place] += 1 }
            sum += value
            count += 1
        }
    }

    private let head: FamilyHead
    private let bounds: [Double]
    private let series = Mutex<[Int: Series]>([:])

    init(head: FamilyHead, bounds: [Double]) {
        self.head = head
        self.bounds = bounds
    }

    /// `values` belong to the declared labels, in their order.
    public func observe(_ value: Double, _ values: String...) {
        let key = head.series(values)
        series.withLock { series in
            let place = bounds.firstIndex { value <= $0 }
            series[key, default: Series(buckets: Array(repeating: 0, count: bounds.count))].add(value, at: place)
        }
    }

    func render() -> String {
        var text = head.text
        for (key, entry) in head.sorted(series.withLock { $0 }) {
            var below = 0
            for (bound, count) in zip(bounds, entry.buckets) {
                below += count
                text += head.line("_bucket", key, [("le", "\(bound)")], "\(below)")
            }
            text += head.line("_bucket", key, [("le", "+Inf")], "\(entry.count)")
            text += head.line("_sum", key, [], "\(entry.sum)")
            text += head.line("_count", key, [], "\(entry.count)")
        }
        return text
    }
}
