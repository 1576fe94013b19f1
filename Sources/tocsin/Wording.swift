import Chronology

/// How things are said to people.
enum Wording {
    /// `4 min ago`, `in 2 h`.
    static func ago(_ instant: Instant, _ now: Instant) -> String {
        let passed = now - instant
        if passed < .seconds(1), passed > .seconds(-1) { return "now" }
        return passed < .zero ? "in \((.zero - passed).text)" : "\(passed.text) ago"
    }

    /// Text of others on a terminal: one line, without control and formatting characters, so that a title can neither
    /// move the cursor nor turn the line around.
    static func oneLine(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line += " "
            case .format, .privateUse, .surrogate: continue
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// The same for texts of several lines.
    static func lines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { oneLine(String($0)) }.joined(
            separator: "\n")
    }
}
