extension Recognition {
    // MARK: Zone and calendar

    /// The home zone: the one that times of the document name (X18).
    mutating func recogniseZone() {
        var found: [(zone: String, word: String, isSure: Bool, line: Int)] = []
        for line in lines {
            for word in line.text.split(whereSeparator: { !($0.isLetter || $0.isNumber) })
            where word == word.uppercased() && word.count <= 4 {
                if let (zone, isSure) = ZoneWords.zone(in: Phrase(String(word))), zone == "UTC" || zoneExists(zone) {
                    found.append((zone, String(word), isSure, line.number))
                }
            }
        }
        let path: DraftPath = ["zone"]
        if draft[path] == nil, let (name, line) = namedZone() {
            draft.set(path, name, line: line)
            noticed(at: line, "the home zone: \(name)", path)
        }
        if case .text(let named)? = draft[path] {
            let others = found.filter { $0.zone != named }
            guard !others.isEmpty else { return }
            return ask(
                at: Set(others.map(\.line)).sorted(),
                "Times are told in \(others.map(\.word).uniqued.joined(separator: ", ")), "
                    + "too: is that the same zone as \(named)?", [named] + others.map(\.zone).uniqued, meanwhile: named,
                path)
        }
        guard let first = found.first else {
            draft.set(path, "UTC")
            return ask([], "The procedure names no time zone: which is the team's own?", [], meanwhile: "UTC", path)
        }
        let zones = found.map(\.zone).uniqued
        let counted = zones.max { left, right in
            let counts = [left, right].map { zone in found.count { $0.zone == zone } }
            return counts[0] < counts[1]
                || (counts[0] == counts[1] && zones.firstIndex(of: left) ?? 0 > zones.firstIndex(of: right) ?? 0)
        }
        let zone = counted ?? first.zone
        draft.set(path, zone, line: first.line)
        let words = found.filter { $0.zone == zone }
        if zones.count == 1, words.allSatisfy(\.isSure) {
            noticed(at: words[0].line, "the home zone: times are in \(words[0].word)", path)
        } else {
            ask(
                at: words.first?.line ?? first.line,
                "Times are told in \(found.map(\.word).uniqued.joined(separator: ", ")): which is the team's zone?",
                zones,
                meanwhile: zone, path)
        }
    }

    /// The zone that a line of the document names by its name in the tz database: "All times are Europe/Paris".
    private func namedZone() -> (name: String, line: Int)? {
        var tried: Set<String> = []
        for line in lines where line.text.utf8.contains(UInt8(ascii: "/")) {
            for word in line.text.split(whereSeparator: { !($0.isLetter || $0.isNumber || "/_-+".contains($0)) }) {
                let name = String(word)
                guard let area = name.split(separator: "/").first, Self.areas.contains(String(area)),
                    area.count < name.count,
                    tried.count < Self.zoneLookups, tried.insert(name).inserted, zoneExists(name)
                else { continue }
                return (name, line.number)
            }
        }
        return nil
    }

    /// The parts of the world by which the tz database orders its zones.
    private static let areas: Set<String> = [
        "Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
        "Etc",
    ]

    /// Each look-up opens a file; a procedure names a handful of zones at most.
    private static let zoneLookups = 50

    /// The zone of the head of the document: `timezone: America/Chicago`.
    mutating func takeZone(_ text: String, _ lines: [Int]) {
        let path: DraftPath = ["zone"]
        if text == "UTC" || (text.contains("/") && text.count < 64 && zoneExists(text)) {
            draft.set(path, text, line: lines.first)
            return understood(lines, "the home zone: \(text)", path)
        }
        guard let (zone, _) = ZoneWords.zone(in: text.phrase) else {
            return ask(lines, "\"\(text)\": which zone is that?", [], meanwhile: "it is not taken over", path)
        }
        draft.set(path, zone, line: lines.first)
        ask(lines, "\"\(text)\": which zone is that?", [zone], meanwhile: zone, path)
    }

    /// "Our office hours are Monday to Friday, 08:30–17:30", with the days on which nobody is there.
    mutating func recogniseHours() {
        for section in outline.sections {
            for part in section.parts {
                takeHours((part.label.map { "\($0): " } ?? "") + part.plain, part.lines)
                for item in part.blocks.compactMap(\.list).flatMap(Self.leafItems) {
                    takeHours(Inline.plain(item.text), item.lines)
                }
            }
        }
    }

    private mutating func takeHours(_ text: String, _ lines: [Int]) {
        guard !lines.isEmpty, isFree(lines), TimeWords(text).namesHours, let span = CalendarWords.hours(in: text) else {
            return
        }
        let days = CalendarWords.days(in: text)
        let hours = WrittenHours(
            days: days ?? "mon-fri", span: span, holidays: CalendarWords.dates(in: text), lines: lines, text: text)
        let path: DraftPath = ["calendars", Self.calendar, "hours"]
        if let known = officeHours {
            return ask(
                lines,
                "\"\(text)\": other hours than in line \(known.lines[0]): which are those of rules in business time?",
                ["\(known.days) \(known.span)", "\(hours.days) \(hours.span)"].uniqued,
                meanwhile: "\(known.days) \(known.span)", path)
        }
        officeHours = hours
        understood(lines, "business time: \(hours.days) \(hours.span)", path)
        if days == nil {
            ask(at: lines, "\"\(text)\": on which days?", ["mon-fri", "daily"], meanwhile: "mon-fri", path)
        }
    }

    /// The calendar that rules about business time count in, and the meetings that they name.
    mutating func finishCalendar() {
        guard businessLine != nil || !occasions.isEmpty || officeHours != nil else { return }
        let line = officeHours?.lines[0] ?? businessLine ?? 1
        var record = DraftRecord(id: Self.calendar)
        let path: DraftPath = ["calendars", Self.calendar]
        if let hours = officeHours {
            record.set("hours", .map([DraftEntry(hours.days, .text(hours.span), line: hours.lines[0])]))
            let days = hours.holidays.map { date in
                DraftElement(
                    .map([DraftEntry("date", .text(date)), DraftEntry("name", .text(hours.name(of: date)))]),
                    line: hours.lines[0])
            }
            record.set("holidays", days.isEmpty ? nil : .list(days))
            ask(
                at: hours.lines,
                days.isEmpty
                    ? "In which zone are these hours, and on which holidays does nobody work?"
                    : "In which zone are these hours, and are there other days on which nobody works?",
                meanwhile: "the home zone, " + (days.isEmpty ? "no holidays" : hours.holidays.joined(separator: ", ")),
                path)
        } else if let businessLine {
            record.set("hours", .map([DraftEntry("mon-fri", .text("09:00-17:00"))]))
            ask(
                at: businessLine,
                "This counts in business time: which days and hours, in which zone, with which holidays?",
                ["mon-fri 09:00-17:00", "mon-fri 09:00-18:00"],
                meanwhile: "mon-fri 09:00-17:00 in the home zone, no holidays", path + "hours")
        }
        let elements = occasions.map { occasion -> DraftElement in
            var meeting = DraftRecord(id: occasion, title: occasion.replacing("-", with: " ").capitalised)
            meeting.set("when", Self.recurrence(of: occasion))
            ask(
                [], "When is the \(occasion.replacing("-", with: " "))?", [], meanwhile: Self.recurrence(of: occasion),
                path + "occasions" + occasion)
            return DraftElement(meeting.node, name: occasion)
        }
        record.set("occasions", elements.isEmpty ? nil : .list(elements))
        add(["calendars"], record, line: line)
        draft.set(["default-calendar"], Self.calendar)
    }

    /// The id of the calendar of business time.
    static let calendar = "business-hours"

    private static func recurrence(of occasion: String) -> String {
        switch occasion.split(separator: "-").first {
        case "daily": "daily at 10:00"
        case "biweekly": "every 2 weeks on wednesday at 10:00 from 2024-01-03"
        case "monthly": "monthly on first tuesday at 10:00"
        case "quarterly": "quarterly on first tuesday at 10:00"
        default: "weekly on wednesday at 10:00"
        }
    }
}

/// Business time as the procedure states it.
struct WrittenHours: Hashable, Sendable {
    /// `mon-fri`.
    let days: String
    /// `08:30-17:30`.
    let span: String
    /// As YYYY-MM-DD.
    let holidays: [String]
    /// Never empty.
    let lines: [Int]
    let text: String

    /// "Thanksgiving" of "closed on Thanksgiving (2026-11-26)".
    func name(of date: String) -> String {
        let parts = text.replacing(" and ", with: ",").split(separator: ",").map(String.init)
        guard let part = parts.first(where: { CalendarWords.dates(in: $0).contains(date) }) else { return "Closed" }
        let words = part.split(separator: " ").filter { word in
            word.first?.isLetter == true && word.first?.isUppercase == true
                && CalendarWords.hours(in: String(word)) == nil
        }
        return words.isEmpty ? "Closed" : words.joined(separator: " ")
    }
}

extension TimeWords {
    /// Whether it is about the hours in which somebody works.
    fileprivate var namesHours: Bool {
        phrase.has(
            "business hour", "working hour", "office hour", "support hour", "opening hour", "work hours",
            "hours of operation", "hours of work", "service hours")
    }
}
