import Chronology

extension Playbook {
    /// What is wrong between parts that are each well written. What is only unwise is for lint.
    func inconsistencies() -> [PlaybookFault] {
        var faults: [PlaybookFault] = []
        checkMatrix(&faults)
        checkCadences(&faults)
        checkComponents(&faults)
        checkRecords(&faults)
        return faults
    }

    private func checkMatrix(_ faults: inout [PlaybookFault]) {
        guard let matrix = severityMatrix else { return }
        let place = matrix.source.place
        if matrix.cells.count != matrix.rows.values.count {
            faults.append(
                PlaybookFault(
                    .badValue, at: place,
                    "the severity matrix has \(matrix.rows.values.count) rows and \(matrix.cells.count) lists of "
                        + "cells: give one a row"
                ))
        }
        for (index, row) in matrix.cells.enumerated() where row.count != matrix.columns.values.count {
            faults.append(
                PlaybookFault(
                    .badValue, at: place,
                    "row \(index + 1) of the severity matrix has \(row.count) cells for "
                        + "\(matrix.columns.values.count) columns"
                ))
        }
        for axis in [matrix.rows, matrix.columns] {
            guard let field = field(axis.field), !field.choices.isEmpty else { continue }
            for value in axis.values where !field.choices.contains(value) {
                faults.append(
                    PlaybookFault(
                        .badValue, at: place,
                        "the field \"\(axis.field)\" has no choice \"\(value.cut)\""
                            + NearestName.hint(value, among: field.choices)))
            }
        }
    }

    private func checkCadences(_ faults: inout [PlaybookFault]) {
        for cadence in cadences {
            for severity in ladder {
                guard case .every(let interval, let calendar)? = cadence.every[severity] else { continue }
                do throws(TimeFault) {
                    _ = try Cadence(
                        every: interval, within: calendar, roll: cadence.roll,
                        after: cadence.after.compactMap { decay in
                            guard case .every(let interval, _) = decay.every else { return nil }
                            return Cadence.Decay(after: decay.from, every: interval)
                        })
                } catch {
                    let place = error.place.isEmpty ? "" : "\(error.place): "
                    faults.append(
                        PlaybookFault(
                            .badRule, at: cadence.source.place,
                            "the cadence \"\(cadence.id)\" for \(severity): \(place)\(error.reason)"))
                    break
                }
            }
        }
    }

    private func checkComponents(_ faults: inout [PlaybookFault]) {
        guard let page = statusPage, let components = page.components, let field = field(components.from),
            !field.choices.isEmpty
        else { return }
        for state in components.states where !field.choices.contains(state.answer) {
            faults.append(
                PlaybookFault(
                    .badValue, at: page.source.place,
                    "components: the field \"\(field.id)\" has no choice \"\(state.answer.cut)\""
                        + NearestName.hint(state.answer, among: field.choices)))
        }
    }

    private func checkRecords(_ faults: inout [PlaybookFault]) {
        for (index, form) in records.enumerated() {
            if records[..<index].contains(where: { $0.kind == form.kind }) {
                faults.append(
                    PlaybookFault(
                        .duplicateID, at: form.source.place,
                        "the record \"\(form.kind.rawValue)\" is there twice: make it one"))
            }
            for outcome in form.outcomes where outcome.outcome.kind != form.kind {
                faults.append(
                    PlaybookFault(
                        .badValue, at: form.source.place,
                        "\"\(outcome.outcome.rawValue)\" is an outcome of a \(outcome.outcome.kind.rawValue), not "
                            + "of a \(form.kind.rawValue)"
                    ))
            }
        }
    }
}
