import Alerting

/// The one line that a person is woken with.
///
/// A title is never longer than `IntakeLimits.titleScalars` Unicode scalars; a longer one ends in an ellipsis. Line breaks
/// and tabs become spaces, for a title is also the subject of a mail. The whole text is then among the annotations: where
/// it came from, or as `full_title`.
enum SignalTitle {
    static let fullTextAnnotation = "full_title"

    /// For Alertmanager and whatever speaks its format: the annotation `summary`; else `alertname`, with ` on ` and the
    /// instance if there is one; else all labels. Everything that is cut is still there, in that annotation or the labels.
    static func ofAlertmanager(labels: [Label], annotations: [Label], dedupKey: String) -> String {
        if let summary = annotations["summary"], case let line = line(summary), !line.isEmpty { return line }
        if let name = labels["alertname"], !line(name).isEmpty {
            guard let instance = labels["instance"] else { return line(name) }
            return line("\(name) on \(instance)")
        }
        if labels.isEmpty { return line(dedupKey) }
        return line(labels.map { "\($0.name)=\($0.value)" }.joined(separator: ", "))
    }

    static func line(_ text: String) -> String {
        if isLine(text) { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.drop(while: { $0.properties.isWhitespace }) {
            scalars.append(isBreak(scalar) ? " " : scalar)
        }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        guard scalars.count > IntakeLimits.titleScalars else { return String(scalars) }
        return String(scalars.prefix(IntakeLimits.titleScalars - 1)) + "…"
    }

    /// Whether there is nothing to do, by a look at the bytes: for nearly every title.
    private static func isLine(_ text: String) -> Bool {
        guard text.utf8.count <= IntakeLimits.titleScalars else { return false }
        guard let first = text.utf8.first, let last = text.utf8.last else { return true }
        // 0xe2 starts U+2028 and U+2029, and a few thousand other characters.
        return first > 0x20 && last > 0x20 && first < 0x80 && last < 0x80
            && !text.utf8.contains { $0 < 0x20 || $0 == 0xe2 }
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\t", "\n", "\r", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
