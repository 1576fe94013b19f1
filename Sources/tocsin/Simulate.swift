import ArgumentParser
import Chronology
import Notation
import Playbooks

/// `tocsin simulate`: what would happen, on a clock that stands in nobody's room.
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print every page, message, reminder and deadline of an incident that does not take place.",
        discussion: """
            Nobody acts, unless a script says so; promised updates are sent when they are due. A script has a line for each \
            thing that happens, a time first:

              +5m   acknowledge
              18:00 progress
              +50m  severity SEV2
              +2h   resolve

            The same playbook, severity, instant and script print the same bytes each time. No server is needed.
            """)

    @Option(name: .shortAndLong, help: "A file, or the name of a built-in playbook.")
    var playbook: String

    @Option(name: .shortAndLong, help: "The severity at the declaration.")
    var severity: String

    @Option(help: ArgumentHelp("When the incident is declared: 2024-03-08T17:50:00-05:00.", valueName: "time"))
    var at: String

    @Option(help: ArgumentHelp("What happens meanwhile; - reads it from standard input.", valueName: "file"))
    var script: String?

    @Option(help: ArgumentHelp("The answer to a field of the playbook; may be repeated.", valueName: "field=value"))
    var field: [String] = []

    @Option(help: "The type of the incident, where the playbook has types.")
    var type: String?

    @Option(name: .customLong("for"), help: "How far to look: 8h, 3d. The whole escalation when it is not given.")
    var length: String?

    @Option(
        help: "In which zone times are printed: Europe/Berlin. That of the playbook's calendar when it is not given.")
    var zone: String?

    @Flag(help: "Nobody sends the promised updates either, so that they are late.")
    var silent = false

    @Option(
        help: ArgumentHelp(
            "Who stands for a name of the playbook, and so is called: on-call=Ana,Ben; nobody behind the =; may be repeated.",
            valueName: "name=people"))
    var people: [String] = []

    @Flag(help: "One JSON object a line.")
    var json = false

    @Flag(help: "A page of HTML with a picture of the time.")
    var html = false

    func validate() throws {
        if json, html { throw ValidationError("Give --json or --html, not both.") }
    }

    func run() throws {
        let playbook = try PlaybookSource(self.playbook).playbook()
        let severity = try playbook.severity(meant: self.severity)
        let start = try Self.instant(at)
        let zone = try Self.zone(self.zone, of: playbook)
        let rehearsal = Rehearsal(
            of: playbook, severity: severity, at: start,
            script: try Self.script(self.script, from: start, zone, playbook), fields: try answers(under: playbook),
            type: try type.map { try Self.type($0, of: playbook) }, sendsUpdates: !silent,
            length: try length.map(Self.duration)
        ).called(try Self.cast(people, of: playbook), under: playbook)
        if html {
            Terminal.say(RehearsalPicture(rehearsal, of: playbook, severity: severity, in: zone).text)
        } else {
            Terminal.say(json ? Self.lines(rehearsal) : RehearsalText(rehearsal, in: zone).text)
        }
        if !rehearsal.isComplete {
            Terminal.complain("There is more: the first \(Rehearsal.entryLimit) entries are shown.")
        }
    }

    // MARK: Leaves

    private static func instant(_ text: String) throws(Failure) -> Instant {
        do throws(TimeFault) {
            return try Instant(rfc3339: text)
        } catch {
            throw Failure("--at \(text): \(error.reason). Write it as 2024-03-08T17:50:00-05:00")
        }
    }

    private static func duration(_ text: String) throws(Failure) -> Duration {
        do throws(TimeNotationFault) {
            return try Duration(notation: text)
        } catch {
            throw Failure("--for \(text): \(error.reason)")
        }
    }

    private static func zone(_ name: String?, of playbook: Playbook) throws(Failure) -> Zone {
        guard let name else { return playbook.standardCalendar?.zone ?? playbook.zone }
        guard let zone = PlaybookSource.zone(name) else { throw Failure("--zone \(name): there is no such time zone") }
        return zone
    }

    private static func script(
        _ file: String?, from start: Instant, _ zone: Zone, _ playbook: Playbook
    ) throws(Failure) -> RehearsalScript {
        guard let file else { return .empty }
        let text = file == "-" ? try Terminal.everything() : try LocalFile.read(file)
        do throws(InputFault) {
            return try RehearsalScript(text, from: start, zone: zone, under: playbook)
        } catch {
            throw Failure("\(file): \(error.place): \(error.reason)")
        }
    }

    private static func cast(
        _ words: [String], of playbook: Playbook
    ) throws(Failure) -> [ElementID<Playbook.Target>: [String]] {
        var cast: [ElementID<Playbook.Target>: [String]] = [:]
        for word in words {
            let halves = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, let target = playbook.targets.first(where: { $0.id.text == halves[0] }) else {
                let known = playbook.targets.map(\.id.text).joined(separator: ", ")
                throw Failure("--people \(word): write name=people with a name of the playbook: \(known)")
            }
            cast[target.id] = halves[1].split(separator: ",").map(String.init)
        }
        return cast
    }

    private static func type(_ word: String, of playbook: Playbook) throws(Failure) -> ElementID<Playbook.IncidentType>
    {
        guard let type = playbook.types.first(where: { $0.id.text == word }) else {
            throw Failure(
                "\"\(word)\" is not a type of the playbook \(playbook.id): \(playbook.types.map(\.id.text).joined(separator: ", "))"
            )
        }
        return type.id
    }

    private func answers(under playbook: Playbook) throws(Failure) -> [ElementID<Playbook.Field>: FieldValue] {
        var answers: [ElementID<Playbook.Field>: FieldValue] = [:]
        for pair in field {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard halves.count == 2, let field = playbook.fields.first(where: { $0.id.text == halves[0] }) else {
                let known = playbook.fields.map(\.id.text).joined(separator: ", ")
                throw Failure("--field \(pair): write field=value with a field of the playbook: \(known)")
            }
            switch field.kind {
            case .yesNo:
                guard let answer = ["yes": true, "no": false][halves[1]] else {
                    throw Failure("--field \(pair): \(field.id) is answered with yes or no")
                }
                answers[field.id] = .yes(answer)
            case .number, .percent:
                guard let amount = Amount(halves[1]) else { throw Failure("--field \(pair): a number is expected") }
                answers[field.id] = .amount(amount, of: nil)
            case .text, .longText, .choice, .choices, .time, .person, .service, .money, .link, .metrics, .list,
                .detection:
                guard field.choices.isEmpty || field.choices.contains(halves[1]) else {
                    throw Failure("--field \(pair): one of \(field.choices.joined(separator: ", ")) is expected")
                }
                answers[field.id] = .text(halves[1])
            }
        }
        return answers
    }

    private static func lines(_ rehearsal: Rehearsal) -> String {
        rehearsal.entries.map { entry in
            var writer = JSONWriter()
            writer.object { line in
                line.member("at", entry.at.rfc3339())
                line.member("kind", entry.kind.rawValue)
                line.member("title", entry.title)
                line.member("to", entry.to)
                line.member("obligation", entry.obligation?.text)
                line.member("why", array: { array in for sentence in entry.why { array.value(sentence) } })
                line.name("line")
                if let number = entry.line { line.value(number) } else { line.null() }
            }
            return writer.text
        }.joined(separator: "\n")
    }
}

/// A rehearsal for people: a line for each entry, and a pause where an update repeats itself.
struct RehearsalText {
    /// A cadence is shown this often before the rest is told in one line.
    private static let shownUpdates = 3

    let text: String

    init(_ rehearsal: Rehearsal, in zone: Zone) {
        var lines: [String] = []
        var counts: [String: Int] = [:]
        var last: [String: Rehearsal.Entry] = [:]
        for entry in rehearsal.entries where entry.kind == .update {
            counts[entry.title, default: 0] += 1
            last[entry.title] = entry
        }
        var seen: [String: Int] = [:]
        for entry in rehearsal.entries {
            if entry.kind == .update, let count = counts[entry.title], count > Self.shownUpdates + 2 {
                seen[entry.title, default: 0] += 1
                let number = seen[entry.title] ?? 0
                if number > Self.shownUpdates + 1, entry != last[entry.title] { continue }
                if number == Self.shownUpdates + 1, let end = last[entry.title] {
                    let more = count - Self.shownUpdates - 1
                    lines.append(
                        Self.line(entry, in: zone)
                            + "; and so on, \(more) more until \(end.at.weekdayText(in: zone))")
                    continue
                }
            }
            lines.append(Self.line(entry, in: zone))
        }
        text = lines.joined(separator: "\n")
    }

    private static func line(_ entry: Rehearsal.Entry, in zone: Zone) -> String {
        let time = entry.at.weekdayText(in: zone)
        let kind = entry.kind.rawValue
        var line = time + String(repeating: " ", count: max(1, 26 - time.count))
        line += kind + String(repeating: " ", count: max(1, 10 - kind.count)) + entry.title
        if let to = entry.to, !to.isEmpty, !entry.title.contains(to) { line += " → \(to)" }
        if let number = entry.line { line += "  (line \(number))" }
        return line
    }
}
