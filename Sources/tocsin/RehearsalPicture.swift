import Chronology
import Playbooks

/// A rehearsal as one page of HTML that needs nothing else: a picture of time with a lane for each kind of thing, and the
/// same in words below. Time is drawn by its order and by its length: each gap is as wide as its logarithm, so that the
/// first minutes and the third day can both be read.
struct RehearsalPicture {
    private static let width = 1_120.0
    private static let margin = 150.0
    private static let laneHeight = 44.0
    /// More marks than that in a lane are a bar; they would lie on each other.
    private static let marksOfALane = 400

    private enum Lane: Int, CaseIterable {
        case calls, told, updates, owed, happened

        var title: String {
            switch self {
            case .calls: "Pages"
            case .told: "Told, not woken"
            case .updates: "Updates and messages"
            case .owed: "Reminders and deadlines"
            case .happened: "What happens"
            }
        }

        init(_ kind: Rehearsal.Kind) {
            switch kind {
            case .page, .step: self = .calls
            case .notify, .digest, .agenda: self = .told
            case .update, .message, .post: self = .updates
            case .ahead, .due, .late, .task: self = .owed
            case .declared, .script, .watched, .phase: self = .happened
            }
        }
    }

    let text: String

    init(_ rehearsal: Rehearsal, of playbook: Playbook, severity: ElementID<Playbook.Severity>, in zone: Zone) {
        let title = "\(playbook.title): \(severity)"
        let places = Self.places(rehearsal)
        var html = """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(Self.escaped(title))</title>
            <style>
            :root { color-scheme: light dark; --ink: #1b1f24; --soft: #667; --line: #ccd; --bad: #b3261e; --go: #0b6; --mark: #2457c5; --paper: #fff }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --soft: #9aa3ad; --line: #3a4150; --bad: #ff8a80; --go: #4cd08a; --mark: #8ab4ff; --paper: #14171c } }
            body { font: 15px/1.5 system-ui, sans-serif; margin: 1.5rem; background: var(--paper); color: var(--ink); max-width: 72rem }
            figure { margin: 0; overflow-x: auto }
            svg { display: block; min-width: 56rem; width: 100%; height: auto }
            svg text { fill: var(--ink); font: 13px system-ui, sans-serif }
            svg .soft { fill: var(--soft); font-size: 11px }
            svg line { stroke: var(--line) }
            .page { fill: var(--bad) } .update { fill: var(--go) } .other { fill: var(--mark) }
            table { border-collapse: collapse; width: 100%; margin-top: 1.5rem }
            th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line) }
            td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums }
            small { color: var(--soft) }
            </style>
            <h1>\(Self.escaped(title))</h1>
            <figure>

            """
        html += Self.svg(rehearsal, places, in: zone)
        html += "</figure>\n<table>\n<tr><th>When<th>What<th>To whom<th>Why\n"
        for entry in rehearsal.entries {
            let why = entry.why.map(Self.escaped).joined(separator: " ") + (entry.line.map { " (line \($0))" } ?? "")
            html +=
                "<tr><td>\(Self.escaped(entry.at.weekdayText(in: zone)))<td>\(Self.escaped(entry.title))"
                + "<td>\(Self.escaped(entry.to ?? ""))<td><small>\(why)</small>\n"
        }
        text = html + "</table>\n</html>"
    }

    // MARK: The picture

    /// Where each instant stands, from 0 to 1.
    private static func places(_ rehearsal: Rehearsal) -> [Instant: Double] {
        var instants: [Instant] = []
        for entry in rehearsal.entries where instants.last != entry.at { instants.append(entry.at) }
        var places: [Instant: Double] = [:]
        var total = 0.0
        for (index, instant) in instants.enumerated() {
            if index > 0 { total += logarithm(minutes: (instant - instants[index - 1]).wholeSeconds / 60) }
            places[instant] = total
        }
        guard total > 0 else { return places }
        return places.mapValues { $0 / total }
    }

    /// How wide a gap is: 1 for nothing, and one more with each doubling.
    private static func logarithm(minutes: Int64) -> Double {
        Double(64 - max(0, minutes).leadingZeroBitCount) + 1
    }

    private static func svg(_ rehearsal: Rehearsal, _ places: [Instant: Double], in zone: Zone) -> String {
        let height = Double(Lane.allCases.count) * laneHeight + 56
        var svg =
            "<svg viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" aria-label=\"A lane of time for each kind of thing; the table below says the same in words\">\n"
        for lane in Lane.allCases {
            let y = Double(lane.rawValue) * laneHeight + 30
            svg += "<text x=\"0\" y=\"\(number(y + 4))\">\(lane.title)</text>\n"
            svg += "<line x1=\"\(number(margin))\" x2=\"\(number(width))\" y1=\"\(number(y))\" y2=\"\(number(y))\"/>\n"
        }
        var counts: [Lane: Int] = [:]
        for entry in rehearsal.entries {
            let lane = Lane(entry.kind)
            counts[lane, default: 0] += 1
            guard counts[lane, default: 0] <= marksOfALane else { continue }
            let x = margin + 8 + (places[entry.at] ?? 0) * (width - margin - 24)
            let y = Double(lane.rawValue) * laneHeight + 30
            let style = lane == .calls ? "page" : lane == .updates ? "update" : "other"
            svg +=
                "<circle class=\"\(style)\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"5\"><title>\(escaped(entry.at.weekdayText(in: zone))): \(escaped(entry.title))</title></circle>\n"
        }
        svg += axis(rehearsal, places, height, in: zone)
        return svg + "</svg>\n"
    }

    /// The times of the pages and of the ends, where there is room for them.
    private static func axis(
        _ rehearsal: Rehearsal, _ places: [Instant: Double], _ height: Double, in zone: Zone
    ) -> String {
        var axis = ""
        var free = 0.0
        var last: Instant?
        for entry in rehearsal.entries where entry.at != last {
            last = entry.at
            let x = margin + 8 + (places[entry.at] ?? 0) * (width - margin - 24)
            guard x >= free, x < width - 60 else { continue }
            free = x + 120
            axis +=
                "<text class=\"soft\" x=\"\(number(x - 4))\" y=\"\(number(height - 10))\">\(escaped(entry.at.weekdayText(in: zone)))</text>\n"
        }
        return axis
    }

    // MARK: Leaves

    /// With one decimal, which is finer than a screen.
    private static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10)" + (tenths % 10 == 0 ? "" : ".\(abs(tenths % 10))")
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
