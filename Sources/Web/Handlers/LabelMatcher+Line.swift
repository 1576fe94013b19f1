import Alerting
import Intake
import Notation

extension LabelMatcher {
    /// As people write it in the form of a route: `severity="critical"`, with `"` and `\` inside the quotes escaped.
    var line: String {
        let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        return "\(name)\(comparison.rawValue)\"\(escaped)\""
    }

    /// Reads one matcher a line, in Alertmanager's way of writing them; empty lines are passed over. The fault says which
    /// line is wrong, under the field `matchers`.
    static func reading(_ text: String) throws(InputFault) -> [LabelMatcher] {
        var matchers: [LabelMatcher] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = String(line).trimmed
            if line.isEmpty { continue }
            do throws(InputFault) {
                matchers.append(try LabelMatcher(line))
            } catch {
                throw InputFault(at: "/matchers", "line \(index + 1): \(error.reason)")
            }
        }
        return matchers
    }

    private init(_ line: String) throws(InputFault) {
        let matcher = try AlertmanagerMatcher(parsing: line)
        switch matcher.comparison {
        case .equal: self.init(matcher.name, .equals, matcher.value)
        case .notEqual: self.init(matcher.name, .differs, matcher.value)
        case .matches, .differs: throw InputFault(at: "", "routes compare with = or !=, not with patterns")
        }
    }
}
