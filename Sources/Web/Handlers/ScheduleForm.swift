import Chronology
import Engine
import Notation
import OnCall

/// What the form of a schedule says, as a document.
struct ScheduleForm {
    let document: JSON

    init(_ call: Call, _ organisation: Organisation) throws {
        var layers: [JSON] = []
        for number in 1...ScheduleFormPage.layerLimit {
            let members = try call.field("members-\(number)")
            guard !members.isEmpty else { continue }
            layers.append(try Self.layer(number, members, call, organisation))
        }
        guard !layers.isEmpty else { throw InputFault(at: "/members-1", "say who takes turns") }
        document = [
            "name": .string(try call.field("name")), "zone": .string(try call.field("zone")),
            "description": try call.optionalField("about"), "layers": .array(layers),
            "handOff": try Self.handOff(call), "slackGroup": try call.optionalField("slack-group"),
        ]
    }

    private static func handOff(_ call: Call) throws -> JSON {
        let limit = Int(HandOffRules.longestLead.wholeSeconds / 60)
        let lines = try call.field("readiness").split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        return [
            "disabled": .bool(try call.field("handoff") != "yes"),
            "leadSeconds": .integer(
                Int64(try call.form.integer("handoff-lead", 0...limit) ?? 60) * 60),
            "readiness": lines.isEmpty ? .null : lines == ["-"] ? .array([]) : .array(lines.map(JSON.string)),
        ]
    }

    private static func layer(
        _ number: Int, _ members: String, _ call: Call, _ organisation: Organisation
    ) throws -> JSON {
        var groups: [JSON] = []
        for line in members.split(separator: "\n") where !line.allSatisfy(\.isWhitespace) {
            var group: [JSON] = []
            for word in line.split(separator: ",").map({ String($0).trimmed }) where !word.isEmpty {
                guard let user = organisation.user(named: word) else {
                    throw InputFault(at: "/members-\(number)", "there is no user \"\(word)\"")
                }
                group.append(.string(user.id.text))
            }
            groups.append(.array(group))
        }
        let start = try call.field("start-\(number)")
        guard !start.isEmpty else { throw InputFault(at: "/start-\(number)", "say when the first hand-off is") }
        guard let count = try call.form.integer("count-\(number)", 1...Turn.countLimit) else {
            throw InputFault(at: "/count-\(number)", "say how long a turn is")
        }
        let handOffs = try call.field("handoffs-\(number)").split(separator: ",").map {
            JSON.string(String($0).trimmed)
        }
        return [
            "id": .string("layer-\(number)"), "name": try call.optionalField("name-\(number)"),
            "start": .string(start),
            "every": ["count": .integer(Int64(count)), "unit": .string(try call.field("unit-\(number)"))],
            "handOffs": .array(handOffs), "members": .array(groups),
            "windows": .array(try windows(try call.field("windows-\(number)"), at: "/windows-\(number)")),
            "priority": .integer(Int64(try call.form.integer("priority-\(number)", -100...100) ?? 0)),
            "order": .string(try call.field("order-\(number)")),
        ]
    }

    private static func windows(_ text: String, at place: String) throws(InputFault) -> [JSON] {
        var windows: [JSON] = []
        for line in text.split(separator: "\n").map({ String($0).trimmed }) where !line.isEmpty {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "–" }).map(String.init).filter { $0 != "-" }
            switch words.count {
            case 4:
                windows.append(["from": .string("\(words[0]) \(words[1])"), "to": .string("\(words[2]) \(words[3])")])
            case 1, 2:
                let times = (words.last ?? "").split(separator: "-").map(String.init)
                guard times.count == 2 else { fallthrough }
                var days: [JSON] = []
                if words.count == 2 { days = try Self.days(words[0], at: place) }
                windows.append(["days": .array(days), "from": .string(times[0]), "to": .string(times[1])])
            default:
                throw InputFault(
                    at: place,
                    "\"\(line)\" is not a time of the week; write Mon-Fri 09:00-17:00 or Fri 17:00 - Mon 09:00")
            }
        }
        return windows
    }

    /// `Mon-Fri`, `Sat,Sun`.
    private static func days(_ word: String, at place: String) throws(InputFault) -> [JSON] {
        func day(_ name: Substring) throws(InputFault) -> Weekday {
            let key = name.lowercased()
            guard let day = Weekday.allCases.first(where: { $0.name.lowercased().hasPrefix(key) && key.count >= 2 })
            else { throw InputFault(at: place, "\"\(name)\" is not a day such as Mon") }
            return day
        }
        var days: [Weekday] = []
        for part in word.split(separator: ",") {
            let ends = part.split(separator: "-")
            let first = try day(ends[0])
            let last = ends.count > 1 ? try day(ends[1]) : first
            var next = first
            while true {
                if !days.contains(next) { days.append(next) }
                if next == last { break }
                next = Weekday(rawValue: next.rawValue % 7 + 1) ?? .monday
            }
        }
        return days.map { .string($0.shortName) }
    }
}

extension FormState {
    static let tooRichSchedule =
        "This schedule says more than the form has room for: more rotations, a zone of its own for one, or an end. "
        + "Saving it here would lose that, so it is changed from a file: tocsin schedule put."

    /// The form as the document says it.
    init(schedule body: JSON, _ organisation: Organisation) {
        self.init(values: [
            "name": body["name"]?.string ?? "", "zone": body["zone"]?.string ?? "",
            "about": body["description"]?.string ?? "",
            "handoff": body["handOff"]?["disabled"]?.bool ?? false ? "" : "yes",
            "handoff-lead": String((body["handOff"]?["leadSeconds"]?.integer ?? 3_600) / 60),
            "slack-group": body["slackGroup"]?.string ?? "",
            "readiness": (body["handOff"]?["readiness"]?.array).map { listed in
                listed.isEmpty ? "-" : listed.compactMap(\.string).joined(separator: "\n")
            } ?? "",
        ])
        let layers = body["layers"]?.array ?? []
        let isTooRich =
            layers.count > ScheduleFormPage.layerLimit
            || layers.contains { $0["zone"]?.string?.isEmpty == false || $0["end"]?.string?.isEmpty == false }
        if isTooRich { fault = Self.tooRichSchedule }
        for (index, layer) in layers.prefix(ScheduleFormPage.layerLimit).enumerated() {
            let number = index + 1
            values["name-\(number)"] = layer["name"]?.string
            values["start-\(number)"] = layer["start"]?.string
            values["count-\(number)"] = String(layer["every"]?["count"]?.integer ?? 1)
            values["unit-\(number)"] = layer["every"]?["unit"]?.string
            values["handoffs-\(number)"] = (layer["handOffs"]?.array ?? []).compactMap(\.string).joined(separator: ", ")
            values["members-\(number)"] = (layer["members"]?.array ?? []).map { group in
                (group.string.map { [$0] } ?? (group.array ?? []).compactMap(\.string)).map {
                    organisation.name(of: .user(UserID($0)))
                }.joined(separator: ", ")
            }.joined(separator: "\n")
            values["windows-\(number)"] = (layer["windows"]?.array ?? []).map { window in
                let days = (window["days"]?.array ?? []).compactMap(\.string).collapsedDays
                let (from, to) = (window["from"]?.string ?? "", window["to"]?.string ?? "")
                return from.contains(" ")
                    ? "\(from) - \(to)" : (days.isEmpty ? "" : days + " ") + "\(from)-\(to)"
            }.joined(separator: "\n")
            values["priority-\(number)"] = String(layer["priority"]?.integer ?? 0)
            values["order-\(number)"] = layer["order"]?.string
        }
    }
}

extension [String] {
    /// `Mon-Fri`, `Sat,Sun`, as days of a week are written.
    fileprivate var collapsedDays: String {
        var runs: [[Weekday]] = []
        for word in self {
            guard let day = Weekday.allCases.first(where: { $0.shortName == word }) else {
                return joined(separator: ",")
            }
            if let last = runs.last?.last, last.rawValue + 1 == day.rawValue {
                runs[runs.count - 1].append(day)
            } else {
                runs.append([day])
            }
        }
        return runs.map { run in
            run.count > 2
                ? "\(run[0].shortName)-\(run[run.count - 1].shortName)" : run.map(\.shortName).joined(separator: ",")
        }.joined(separator: ",")
    }
}
