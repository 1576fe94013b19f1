import Chronology

// How often an audience is told, as a text says it and as the cadence has it (X9, S3-40).
extension LintRun {
    mutating func checkPromises() {
        for template in playbook.templates {
            for (text, key) in [(template.subject, "subject"), (template.body, "body")] {
                for promise in promises(in: text) { check(promise, of: template, key) }
            }
        }
        for severity in playbook.severities { checkFacets(of: severity) }
    }

    /// What is written out; a placeholder such as `{{cadence.internal}}` follows its rule and cannot be wrong.
    private func promises(in text: TemplateText?) -> [WrittenTime] {
        (text?.parts ?? []).flatMap { part -> [WrittenTime] in
            if case .text(let text) = part { WrittenTime.promises(in: text) } else { [] }
        }
    }

    private mutating func check(_ promise: WrittenTime, of template: Playbook.Template, _ key: String) {
        let cadences = playbook.cadences.filter { cadence in
            cadence.template == template.id || cadence.audience == template.audience
        }
        let place = places.words(promise.words, of: template.source, key)
        guard !cadences.isEmpty else {
            // A document is read when everything is over.
            guard template.kind != .document, let audience = template.audience else { return }
            warn(
                .brokenPromise, at: place,
                "\"\(promise.words.cut)\" is promised to \"\(audience)\", and no cadence keeps it: add one, or "
                    + "promise nothing"
            )
            return
        }
        for severity in template.when.severities(in: playbook) {
            let speaking = cadences.filter { $0.when.severities(in: playbook).contains(severity) }
            guard let first = speaking.first else { continue }
            guard !speaking.contains(where: { keeps($0, promise, severity) }) else { continue }
            warn(
                .brokenPromise, at: place,
                "\"\(promise.words.cut)\" is promised, while the cadence \"\(first.id)\" (line "
                    + "\(first.source.line)) says \(interval(first, severity)) for \(severity): write "
                    + "{{cadence.\(first.id)}}, which follows the rule"
            )
            return
        }
    }

    private func keeps(
        _ cadence: Playbook.CadenceRule, _ promise: WrittenTime, _ severity: ElementID<Playbook.Severity>
    ) -> Bool {
        guard case .every(let interval, _)? = cadence.every[severity] else { return false }
        switch interval {
        case .elapsed(let time): return promise.span.shortest <= time && time <= promise.span.longest
        case .window(let target, let limit): return promise.span.shortest <= target && limit <= promise.span.longest
        case .businessDay: return promise.span.longest == .days(1)
        }
    }

    private func interval(_ cadence: Playbook.CadenceRule, _ severity: ElementID<Playbook.Severity>) -> String {
        playbook.intervalText(cadence.every[severity])
    }

    /// A description of a severity that says how often somebody is told, while no cadence does so.
    private mutating func checkFacets(of severity: Playbook.Severity) {
        for facet in severity.facets {
            for promise in WrittenTime.promises(in: facet.text) {
                let speaking = playbook.cadences.filter { $0.when.severities(in: playbook).contains(severity.id) }
                guard !speaking.contains(where: { keeps($0, promise, severity.id) }) else { continue }
                warn(
                    .brokenPromise, at: places.value(of: severity.source, "facets", facet.name),
                    "\"\(promise.words.cut)\" is said of \(severity.id), and no cadence says so: give one that "
                        + "interval, or mend the description"
                )
            }
        }
    }
}
