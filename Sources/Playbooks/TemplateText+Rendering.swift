import Chronology

/// A value that is put into a template.
public enum TemplateValue: Hashable, Sendable {
    case text(String)
    case instant(Instant)
    case duration(Duration)
    case list([String])
    case amount(Amount)
}

/// A text with its values put in.
public struct RenderedText: Hashable, Sendable {
    public let text: String
    /// What was missing, in the order of the text; a message with gaps is shown to its writer before it goes out.
    public let gaps: [TemplateText.Placeholder]

    public init(text: String, gaps: [TemplateText.Placeholder]) {
        self.text = text
        self.gaps = gaps
    }
}

/// The text would be longer than a message may be. Nothing of it is sent: a text is never cut silently.
public struct RenderingFault: Error, Hashable, Sendable {
    /// How many it would have had, as far as it was put together.
    public let bytes: Int

    public init(bytes: Int) {
        self.bytes = bytes
    }
}

extension TemplateText {
    /// In bytes. Chat and mail take less; a value of this size is a mistake of whoever filled it in.
    public static let outputLimit = 64 * 1_024

    /// Puts the values in. `value` is asked for each placeholder in turn and answers nil for what is not known; times
    /// are told in `zone`, and lengths of time from `now`.
    public func rendered(
        in zone: Zone, at now: Instant, _ value: (Placeholder) -> TemplateValue?
    ) throws(RenderingFault) -> RenderedText {
        var output = Output()
        for part in parts {
            switch part {
            case .text(let text): output.write(text)
            case .placeholder(let placeholder):
                if let value = value(placeholder), !value.isEmpty {
                    output.write(value.text(placeholder.filters, zone, now), indented: true)
                } else if let literal = placeholder.fallback {
                    output.write(literal)
                } else if placeholder.isOptional {
                    output.dropLine()
                } else {
                    output.write("[\(placeholder.title)]")
                    output.note(placeholder)
                }
            }
            guard output.bytes <= Self.outputLimit else { throw RenderingFault(bytes: output.bytes) }
        }
        return output.result()
    }

    /// The text line by line, so that a line can be taken back with its gaps.
    private struct Output {
        private var done = ""
        private var line = ""
        private var gaps: [Placeholder] = []
        private var gapsOfLine: [Placeholder] = []
        private var isDropped = false

        var bytes: Int { done.utf8.count + line.utf8.count }

        mutating func note(_ placeholder: Placeholder) { gapsOfLine.append(placeholder) }

        mutating func dropLine() { isDropped = true }

        /// The lines of a value that stands behind spaces are indented by them too.
        mutating func write(_ text: String, indented: Bool = false) {
            let indentation = indented && line.allSatisfy { $0 == " " } ? line : ""
            var isFirst = true
            for piece in text.split(separator: "\n", omittingEmptySubsequences: false) {
                if !isFirst {
                    // Only the template itself ends a line; what a value brings along belongs to one.
                    if indented { line += "\n" + indentation } else { endLine() }
                }
                line += piece
                isFirst = false
            }
        }

        private mutating func endLine() {
            if !isDropped {
                done += line + "\n"
                gaps += gapsOfLine
            }
            line = ""
            gapsOfLine = []
            isDropped = false
        }

        func result() -> RenderedText {
            isDropped
                ? RenderedText(text: done, gaps: gaps) : RenderedText(text: done + line, gaps: gaps + gapsOfLine)
        }
    }
}

extension TemplateText.Placeholder {
    fileprivate var fallback: String? {
        for filter in filters { if case .or(let text) = filter { return text } }
        return nil
    }
}

extension TemplateValue {
    fileprivate var isEmpty: Bool {
        switch self {
        case .text(let text): text.isEmpty
        case .list(let elements): elements.isEmpty
        case .instant, .duration, .amount: false
        }
    }

    fileprivate func text(_ filters: [TemplateText.Filter], _ zone: Zone, _ now: Instant) -> String {
        switch self {
        case .text(let text):
            return filters.contains(.list) ? Self.list(text.split(separator: "\n").map(String.init)) : text
        case .list(let elements):
            return filters.contains(.list) ? Self.list(elements) : elements.joined(separator: ", ")
        case .duration(let duration): return duration.text
        case .amount(let amount):
            let isShare = filters.contains(.percent)
            return Amount(millionths: amount.millionths, isPercent: isShare || amount.isPercent).description
        case .instant(let instant):
            let local = zone.civil(at: instant)
            let abbreviation = zone.offset(at: instant).abbreviation
            let time = "\(local.time.minuteText) \(abbreviation)"
            if filters.contains(.duration) { return (instant < now ? now - instant : instant - now).text }
            if filters.contains(.date) { return "\(local.date)" }
            return filters.contains(.time) ? time : "\(local.date) \(time)"
        }
    }

    private static func list(_ elements: [String]) -> String {
        elements.map { $0.hasPrefix("- ") ? $0 : "- \($0)" }.joined(separator: "\n")
    }
}

extension LocalTime {
    /// `17:50`: nobody plans by the second.
    fileprivate var minuteText: String { String(description.prefix(5)) }
}
