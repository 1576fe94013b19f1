import Chronology

extension ShapeCheck {
    /// Reads a value in the notation of that leaf; nil when it has been refused.
    mutating func leaf(_ leaf: Leaf, _ text: String, _ node: DocumentTree.Node, _ what: String) -> (any Sendable)? {
        let notation = notation
        switch leaf {
        case .text, .url: return checked(text, upTo: DocumentLimits.textBytes, node, what)
        case .longText: return checked(text, upTo: DocumentLimits.longTextBytes, node, what)
        case .boolean: return boolean(text, node, what)
        case .amount: return checked(text, upTo: DocumentLimits.textBytes, node, what).map { Measure($0) }
        case .denominator:
            if names.knows(.field, text) { return Denominator.field(ElementID(text)) }
            return checked(text, upTo: DocumentLimits.textBytes, node, what).map { Denominator.measure(Measure($0)) }
        case .percent:
            guard let amount = Amount(text), amount.isPercent else {
                return refused(node, "\(what) is a percentage such as 99.9%, not \"\(text.cut)\"")
            }
            return amount
        case .duration: return timed(node) { () throws(TimeNotationFault) in try Duration(notation: text) }
        case .span: return span(text, node)
        case .figureTarget:
            if text == "none" { return FigureTarget.none }
            return timed(node) { () throws(TimeNotationFault) in try Duration(notation: text) }.map {
                FigureTarget.within($0)
            }
        case .rhythm: return rhythm(text, node, what)
        case .date:
            do throws(TimeFault) { return try CivilDate(iso8601: text) } catch {
                return refused(node, "\(what) is a date as YYYY-MM-DD: \(error.reason)")
            }
        case .time:
            do throws(TimeFault) { return try LocalTime(iso8601: text) } catch {
                return refused(node, "\(what) is a time of day as HH:MM: \(error.reason)")
            }
        case .zone:
            guard let zone = zoneNamed(text) else {
                return refused(node, "there is no time zone \"\(text.cut)\": write one such as Europe/Berlin")
            }
            return zone
        case .spans:
            return timed(node) { () throws(TimeNotationFault) in try BusinessCalendar.Span.list(notation: text) }
        case .days: return days(text, node)
        case .occasion:
            let notation = TimeRuleNotation(zone: localZone, zones: zone)
            return timed(node) { () throws(TimeNotationFault) in try notation.recurrence(text) }
        case .calendar: return calendar(text, node, offset: 0)
        case .rule: return rule(text, node)
        case .roll: return timed(node) { () throws(TimeNotationFault) in try notation.roll(text) }
        case .interval: return interval(text, node)
        case .cell: return cell(text, node)
        case .cardinality: return cardinality(text, node, what)
        case .quorum: return quorum(text, node, what)
        case .party: return party(text, [.target, .audience, .role], node)
        case .owner: return party(text, [.role, .target], node)
        case .guardExpression: return condition(text, node)
        case .template: return template(text, node, what)
        case .metric: return metric(text, node, what)
        case .keyPattern: return pattern(text, .incidentKey, node)
        case .actionKeyPattern: return pattern(text, .actionKey, node)
        case .roomPattern: return pattern(text, .room, node)
        case .creation:
            if text == "ticket" { return Creation.ticket }
            guard names.knows(.integration, text) else {
                add(unknown(text, [.integration], node.place, besides: ["ticket"]))
                return nil
            }
            return Creation.integration(ElementID(text))
        }
    }

    // MARK: Leaves

    private mutating func refused<Value>(
        _ node: DocumentTree.Node, offset: Int = 0, as code: PlaybookFault.Code = .badValue, _ sentence: String
    ) -> Value? {
        add(code, at: tree.place(of: node, offset: offset), sentence)
        return nil
    }

    private mutating func timed<Value>(
        _ node: DocumentTree.Node, offset: Int = 0, _ read: () throws(TimeNotationFault) -> Value
    ) -> Value? {
        do throws(TimeNotationFault) {
            return try read()
        } catch {
            guard judgesRules else { return nil }
            return refused(node, offset: offset + error.column - 1, as: .badRule, error.reason)
        }
    }

    private mutating func checked(_ text: String, upTo limit: Int, _ node: DocumentTree.Node, _ what: String) -> String?
    {
        guard text.utf8.count <= limit else {
            return refused(node, as: .tooLong, "\(what) has \(text.utf8.count) bytes, more than \(limit)")
        }
        guard text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            return refused(node, as: .missingValue, "\(what) has no value: write one, or delete the line")
        }
        return text
    }

    private mutating func boolean(_ text: String, _ node: DocumentTree.Node, _ what: String) -> Bool? {
        switch text {
        case "true": true
        case "false": false
        default: refused(node, "\(what) is true or false, not \"\(text.cut)\"")
        }
    }

    private mutating func span(_ text: String, _ node: DocumentTree.Node) -> DurationSpan? {
        let notation = notation
        let interval = timed(node) { () throws(TimeNotationFault) in try notation.interval(text) }
        switch interval {
        case .elapsed(let duration): return DurationSpan(duration, duration)
        case .window(let target, let limit): return DurationSpan(target, limit)
        case .businessDay: return refused(node, as: .badRule, "write a length of time such as 24h or 15m..30m here")
        case nil: return nil
        }
    }

    private mutating func rhythm(_ text: String, _ node: DocumentTree.Node, _ what: String) -> Rhythm? {
        switch text {
        case "weekly": return .weekly
        case "monthly": return .monthly
        case "quarterly": return .quarterly
        case "yearly": return .yearly
        default:
            guard text.utf8.first.map({ (0x30...0x39).contains($0) }) == true else {
                return refused(
                    node,
                    "\(what) is weekly, monthly, quarterly, yearly or a length of time such as 14d, not \"\(text.cut)\""
                )
            }
            return timed(node) { () throws(TimeNotationFault) in try Duration(notation: text) }.map { .every($0) }
        }
    }

    private mutating func days(_ text: String, _ node: DocumentTree.Node) -> [Weekday]? {
        if text == "daily" { return Weekday.allCases }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { name in
            Weekday.allCases.first { $0.name.lowercased() == name || $0.shortName.lowercased() == name }
        }
        if ends.count == 1, let day = ends[0] { return [day] }
        if ends.count == 2, let first = ends[0], let last = ends[1], first.rawValue < last.rawValue {
            return Weekday.allCases.filter { (first.rawValue...last.rawValue).contains($0.rawValue) }
        }
        return refused(
            node,
            "write a day (mon to sun), a range of days in the order of the week (mon-fri) or daily, not \"\(text.cut)\""
        )
    }

    // MARK: Rules

    private mutating func rule(_ text: String, _ node: DocumentTree.Node) -> TimeRule? {
        let notation = notation
        guard let rule = timed(node, { () throws(TimeNotationFault) in try notation.rule(text) }) else { return nil }
        guard let closed = rule.calendars.first(where: { closedCalendars.contains($0.name) }) else { return rule }
        return refused(
            node, as: .badRule,
            "the calendar \"\(closed.name)\" has no hours to count in: give it some, or name another")
    }

    /// `X within CALENDAR`: what stands before, and the calendar. A bound, `immediately, within 5m`, is not one.
    private mutating func within(
        _ text: String, _ node: DocumentTree.Node
    ) -> (text: String, calendar: BusinessCalendar?)? {
        let words = text.split(separator: " ")
        guard words.count > 2, words[words.count - 2] == "within", let name = words.last.map(String.init),
            names.knows(.calendar, name) || name.utf8.first.map({ (0x30...0x39).contains($0) }) != true
        else { return (text, nil) }
        let offset = text[..<words[words.count - 1].startIndex].unicodeScalars.count
        guard let calendar = calendar(name, node, offset: offset) else { return nil }
        var before = String(text[..<words[words.count - 2].startIndex])
        while before.last == " " || before.last == "," { before.removeLast() }
        return (before, calendar)
    }

    /// A calendar that has hours.
    private mutating func calendar(_ name: String, _ node: DocumentTree.Node, offset: Int) -> BusinessCalendar? {
        guard let calendar = notation.calendars.first(where: { $0.name == name }) else {
            guard judgesRules else { return nil }
            add(unknown(name, [.calendar], tree.place(of: node, offset: offset)))
            return nil
        }
        guard !closedCalendars.contains(name) else {
            return refused(
                node, offset: offset, as: .badRule,
                "the calendar \"\(name)\" has no hours: give it some, or name another")
        }
        return calendar
    }

    private mutating func interval(_ text: String, _ node: DocumentTree.Node) -> UpdateInterval? {
        let notation = notation
        if text == "none" { return UpdateInterval.none }
        if text == "on-events" { return .onEvents }
        guard let (length, calendar) = within(text, node) else { return nil }
        if length == "daily" {
            return .every(calendar == nil ? .elapsed(.days(1)) : .businessDay, within: calendar)
        }
        guard let every = timed(node, { () throws(TimeNotationFault) in try notation.interval(length) }) else {
            return nil
        }
        do throws(TimeFault) {
            _ = try Cadence(every: every, within: calendar)
        } catch {
            return refused(node, as: .badRule, error.reason)
        }
        return .every(every, within: calendar)
    }

    private mutating func cell(_ text: String, _ node: DocumentTree.Node) -> MatrixCell? {
        let notation = notation
        if text == "none" { return MatrixCell.none }
        let agenda = "agenda "
        if text.hasPrefix(agenda) {
            let name = String(text.dropFirst(agenda.count))
            for calendar in notation.calendars {
                if let recurrence = calendar.recurrence(named: name) { return .agenda(recurrence) }
            }
            if judgesRules { add(unknown(name, [.occasion], tree.place(of: node, offset: agenda.count))) }
            return nil
        }
        guard let (before, calendar) = within(text, node) else { return nil }
        guard let rule = timed(node, { () throws(TimeNotationFault) in try notation.rule(before) }) else { return nil }
        return .due(rule, within: calendar)
    }

    // MARK: People

    private mutating func cardinality(_ text: String, _ node: DocumentTree.Node, _ what: String) -> Cardinality? {
        switch text {
        case "0..1": return Cardinality(0, most: 1)
        case "0..n": return Cardinality(0, most: nil)
        case "1..n": return Cardinality(1, most: nil)
        default:
            guard let count = Int(text), (1...99).contains(count) else {
                return refused(node, "\(what) is a number, 0..1, 1..n or 0..n, not \"\(text.cut)\"")
            }
            return Cardinality(count, most: count)
        }
    }

    private mutating func quorum(_ text: String, _ node: DocumentTree.Node, _ what: String) -> Quorum? {
        if text == "all" { return .all }
        guard let count = Int(text), (1...99).contains(count) else {
            return refused(node, "\(what) is a number or all, not \"\(text.cut)\"")
        }
        return .number(count)
    }

    private mutating func party(_ text: String, _ kinds: [NameKind], _ node: DocumentTree.Node) -> Party? {
        if text == "declarer" { return .declarer }
        var (name, kinds, offset) = (text, kinds, 0)
        if text.last == ")", let open = text.firstIndex(of: "(") {
            guard let kind = NameKind(rawValue: String(text[..<open])), [.role, .target, .audience].contains(kind)
            else {
                return refused(node, "write role(ID), target(ID) or audience(ID), not \"\(text.cut)\"")
            }
            kinds = [kind]
            offset = text[...open].unicodeScalars.count
            name = String(text[text.index(after: open)...].dropLast())
        }
        switch names.kind(of: name, among: kinds) {
        case .role?: return .role(ElementID(name))
        case .target?: return .target(ElementID(name))
        case .audience?: return .audience(ElementID(name))
        default:
            add(unknown(name, kinds, tree.place(of: node, offset: offset)))
            return nil
        }
    }

    // MARK: Texts with a grammar

    private mutating func condition(_ text: String, _ node: DocumentTree.Node) -> Guard? {
        do throws(GuardFault) {
            return try Guard(text, names: names.guardNames)
        } catch {
            return refused(node, offset: error.offset, as: .badGuard, error.reason)
        }
    }

    private mutating func template(_ text: String, _ node: DocumentTree.Node, _ what: String) -> TemplateText? {
        guard let text = checked(text, upTo: DocumentLimits.longTextBytes, node, what) else { return nil }
        var known = names.templateNames
        for (kind, prefix) in [(NameKind.ask, "text"), (.parameter, "param")] {
            known.names[kind] = localNames(kind).map(\.id)
            for name in localNames(kind) { known.titles["\(prefix).\(name.id)"] = name.title ?? name.id }
        }
        do throws(TemplateFault) {
            return try TemplateText(text, names: known)
        } catch {
            return refused(
                node, offset: error.offset, as: error.isUnknownName ? .unknownPlaceholder : .badTemplate, error.reason)
        }
    }

    private mutating func metric(_ text: String, _ node: DocumentTree.Node, _ what: String) -> MetricCondition? {
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count == 3, let comparison = Comparison(rawValue: String(words[1])) else {
            return refused(node, "\(what) is a name, <, <=, =, >= or >, and a bound, as in \"error-rate < 0.5%\"")
        }
        return MetricCondition(String(words[0]), comparison, Measure(String(words[2])))
    }

    private mutating func pattern(
        _ text: String, _ purpose: NamePattern.Purpose, _ node: DocumentTree.Node
    ) -> NamePattern? {
        do throws(NamePattern.Fault) {
            return try NamePattern(text, for: purpose)
        } catch {
            return refused(node, offset: error.offset, error.reason)
        }
    }
}

extension TimeRule {
    /// Those in whose hours it counts.
    var calendars: [BusinessCalendar] {
        switch self {
        case .businessElapsed(_, let calendar), .businessDays(_, let calendar, _), .nextBusinessDay(let calendar, _):
            [calendar]
        case .window(let min, let max): min.calendars + max.calendars
        case .immediate, .elapsed, .calendarDays, .nextOccurrence, .none, .unspecified: []
        }
    }
}
