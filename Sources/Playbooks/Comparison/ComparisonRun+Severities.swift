import Chronology

// What a playbook is, when its team works, and how it tells severities apart.
extension ComparisonRun {
    mutating func compareHead() {
        list.topic = .general
        list.one("playbook", old, new, place: \.source) { [self] playbook, _ in
            [
                .value("id", playbook.id.text), .quoted("title", playbook.title), .value("version", playbook.version),
                .quoted("owner", playbook.owner), .value("updated", playbook.updated.map { "\($0)" }),
                .text("summary", playbook.summary), .quoted("document", playbook.provenance?.document),
                .quoted("requirement", playbook.provenance?.requirement), .quoted("task", playbook.provenance?.task),
                .value("upkeep", playbook.upkeep.map { "\($0.every)" }),
                .value("upkeep last", playbook.upkeep?.last.map { "\($0)" }),
                .value("upkeep after an incident", playbook.upkeep.map { $0.isAfterIncident ? "yes" : "no" }),
                .value("zone", playbook.zone.name), .value("when in doubt", playbook.whenInDoubt.rawValue),
                .value("declared at", declaredAt(playbook)), .value("default calendar", playbook.defaultCalendar?.text),
                .list("progress", playbook.progress.map(\.description)),
            ]
        }
    }

    /// By the pair, so that two teams' labels of one rank are alike.
    private func declaredAt(_ playbook: Playbook) -> String? {
        playbook.declareAt.map { id in
            pairs.first { playbook.id == new.id ? $0.new.id == id : $0.old.id == id }?.label ?? id.text
        }
    }

    mutating func compareCalendars() {
        list.topic = .calendars
        list.elements("calendar", old.calendars, new.calendars, id: \.id.text, place: \.source) { calendar, _ in
            [
                .quoted("title", calendar.title), .value("zone", calendar.zone.name),
                .value("hours", calendar.hours.map(Self.week)),
                .entries(
                    "holiday",
                    (calendar.hours?.holidays ?? []).map { holiday in
                        Aspect.Entry(
                            key: "\(holiday.date) \(holiday.name)",
                            detail: BusinessCalendar.Span.notation(holiday.hours))
                    }),
                .entries(
                    "occasion",
                    calendar.occasions.map { occasion in
                        Aspect.Entry(
                            key: occasion.id.text,
                            detail: occasion.when.words + (occasion.title.map { ", \"\($0)\"" } ?? ""))
                    }),
            ]
        }
    }

    /// `Mon-Fri 09:00-18:00`: days that follow one another and have the same hours are told together.
    private static func week(_ calendar: BusinessCalendar) -> String {
        var runs: [(first: Weekday, last: Weekday, hours: [BusinessCalendar.Span])] = []
        for day in Weekday.allCases {
            let hours = calendar.hours(on: day)
            if let run = runs.last, run.hours == hours {
                runs[runs.count - 1].last = day
            } else {
                runs.append((day, day, hours))
            }
        }
        let open = runs.filter { !$0.hours.isEmpty }.map { run in
            let days = run.first == run.last ? run.first.shortName : "\(run.first.shortName)-\(run.last.shortName)"
            return "\(days) \(BusinessCalendar.Span.notation(run.hours))"
        }
        return open.joined(separator: "; ")
    }

    mutating func compareSeverities() {
        list.topic = .severities
        for pair in pairs {
            if pair.old.id != pair.new.id, let rank = new.rank(of: pair.new.id) {
                list.say(
                    "rank \(rank + 1) is \(pair.new.id) instead of \(pair.old.id)", pair.old.source, pair.new.source)
            }
            list.one(pair.label, pair.old, pair.new, place: \.source) { severity, _ in
                [
                    .quoted("name", severity.name), .quoted("meaning", severity.meaning), .list("word", severity.words),
                    .entries("facet", severity.facets.map { Aspect.Entry(key: $0.name, detail: "\"\($0.text)\"") }),
                    .list("characteristic", severity.characteristics), .list("example", severity.examples),
                    .entries(
                        "criterion",
                        severity.criteria.map { Aspect.Entry(key: "\($0.when)", detail: "\"\($0.because)\"") }),
                ]
            }
            compareClocks(of: pair)
        }
        for severity in new.severities where !pairs.contains(where: { $0.new.id == severity.id }) {
            list.say("severity \(severity.id) added", nil, severity.source)
        }
        for severity in old.severities where !pairs.contains(where: { $0.old.id == severity.id }) {
            list.say("severity \(severity.id) removed", severity.source, nil)
        }
        compareRanks()
        list.optional("severity matrix", old.severityMatrix, new.severityMatrix, place: \.source) { matrix, _ in
            [
                .value("rows", "\(matrix.rows.field): \(matrix.rows.values.joined(separator: ", "))"),
                .value("columns", "\(matrix.columns.field): \(matrix.columns.values.joined(separator: ", "))"),
                .value(
                    "cells", matrix.cells.map { $0.map(\.text).joined(separator: " ") }.joined(separator: " / ")),
            ]
        }
    }

    /// Two severities that have changed places.
    private mutating func compareRanks() {
        for (pair, next) in zip(pairs, pairs.dropFirst()) {
            guard let rank = old.rank(of: pair.old.id), let below = old.rank(of: next.old.id), rank > below else {
                continue
            }
            list.say("\(pair.label) is worse than \(next.label), not milder", pair.old.source, pair.new.source)
        }
    }

    private mutating func compareClocks(of pair: SeverityPair) {
        let clocks =
            pair.new.clocks + pair.old.clocks.filter { rule in !pair.new.clocks.contains { $0.clock == rule.clock } }
        for clock in clocks.map(\.clock) {
            let before = pair.old.clocks.first { $0.clock == clock }
            let after = pair.new.clocks.first { $0.clock == clock }
            let oldText = before.map { old.deadlineText($0.rule) }
            let newText = after.map { new.deadlineText($0.rule) }
            guard oldText != newText else { continue }
            list.say(
                "\(pair.label): \(clock) \(Self.sentence(oldText, newText))", before?.source ?? pair.old.source,
                after?.source ?? pair.new.source)
        }
    }

    /// `within 30m instead of 1h`.
    private static func sentence(_ old: Playbook.DeadlineText?, _ new: Playbook.DeadlineText?) -> String {
        switch (old, new) {
        case (let old?, let new?):
            let words = new.isLength ? "within \(new.text)" : new.text
            return "\(words) instead of \(old.text)"
        case (nil, let new?): return "\(new.isLength ? "within " : "")\(new.text), of which nothing was said"
        case (let old?, nil): return "is not mentioned any more, which was \(old.text)"
        case (nil, nil): return "is not mentioned"
        }
    }

    mutating func compareClocks() {
        list.topic = .clocks
        list.elements("clock", old.clocks, new.clocks, id: \.id.text, place: \.source) { [self] clock, side in
            [
                .quoted("title", clock.title), .value("from", "\(clock.from)"), .value("until", "\(clock.until)"),
                .value("owner", party(clock.owner)), .bySeverity("rule", rules(clock.rule, side)),
                .flag("for all alerts", clock.coversAllAlerts), .value("pause", words(clock.pause.map(\.text))),
                .value("on reclassifying", clock.onReclassify.rawValue), .value("roll", roll(clock.roll, side)),
                .when(clock.when),
            ]
        }
    }

    mutating func compareFields() {
        list.topic = .types
        list.elements("type", old.types, new.types, id: \.id.text, place: \.source) { [self] type, side in
            [
                .quoted("title", type.title), .text("text", type.text), .flag("restricted", type.isRestricted),
                .value("audience", type.audience?.text), .value("phases", words(type.phases.map(\.text))),
                .entries(
                    "clock", type.clocks.map { Aspect.Entry(key: $0.clock.text, detail: rule($0.rule, side) ?? "") }),
            ]
        }
        list.topic = .fields
        list.elements("field", old.fields, new.fields, isOrdered: true, id: \.id.text, place: \.source) {
            [self] field, _ in
            [
                .quoted("title", field.title), .value("kind", field.kind.rawValue), .sequence("choice", field.choices),
                .value("required", field.required.rawValue), .text("help", field.help), .value("maps", field.fills),
                .value("of", denominator(field.of)), .value("unit", field.unit),
                .entries("metric", field.metrics.map { Aspect.Entry(key: $0.id.text, detail: details($0)) }),
                .entries(
                    "variant",
                    field.variants.map { variant in
                        Aspect.Entry(
                            key: variant.id.text,
                            detail: details(["\"\(variant.title)\"", variant.detail.map { "asks \($0)" }]))
                    }), .flag("estimate", field.allowsEstimate), .when(field.when),
            ]
        }
        list.topic = .naming
        list.one("incident", old.naming, new.naming, place: \.source) { naming, _ in
            [
                .value("key", naming.key.text), .value("key zone", naming.keyZone?.name),
                .value("room", naming.room?.text), .value("room when", "\"\(naming.roomWhen)\""),
                .value("call when", naming.bridgeWhen.map { "\"\($0)\"" }),
            ]
        }
    }

    private func details(_ metric: Playbook.Metric) -> String {
        details(["\"\(metric.title)\"", metric.unit, metric.baseline.map { "usually \($0.text)" }])
    }
}

extension Playbook {
    /// By when a clock has to end, and whether that is a length of time.
    struct DeadlineText: Equatable {
        let text: String
        let isLength: Bool
    }

    func deadlineText(_ rule: TimeRule) -> DeadlineText {
        switch rule {
        case .elapsed, .businessElapsed, .calendarDays, .window:
            DeadlineText(text: ruleNotation.text(rule), isLength: true)
        case .immediate(let bound):
            DeadlineText(text: "at once" + (bound.map { " and within \($0.notation)" } ?? ""), isLength: false)
        case .businessDays, .nextBusinessDay, .nextOccurrence, .none, .unspecified:
            DeadlineText(text: ruleNotation.text(rule), isLength: false)
        }
    }
}
