import Alerting
import Chronology
import Notation

/// Tocsin's own format, for scripts and for tools that can be told what to send: one object, or an array of them.
///
///     {"title": "Disk full on db-1", "severity": "critical", "dedupKey": "disk/db-1", "service": "billing",
///      "labels": {"host": "db-1"}, "annotations": {"runbook": "…"}, "url": "https://…", "status": "firing"}
///
/// `title` is needed, except to acknowledge or resolve by `dedupKey`. Without a `dedupKey` the key is a fingerprint of
/// title and labels: what says the same again is the same alert. `service` is also the label of that name, unless there
/// is one. A member that is null counts as absent; one that is not known is passed over with a warning, since it is most
/// often a slip of the pen.
public enum GenericJSON {
    /// Reads the body of one request. An element that cannot be used is a fault and the others are kept; a single object
    /// that cannot be used is a fault of the result too. Throws when the text is not JSON or neither object nor array.
    ///
    /// Without `status`, an alert whose `endsAt` is not after `receivedAt` is resolved, and any other one fires. A firing
    /// alert with `endsAt` expires then, unless it is sent again.
    public static func read(_ body: [UInt8], receivedAt: Instant) throws(InputFault) -> IntakeResult {
        try JSONReader.read(body, limits: .intake) { reader throws(InputFault) in
            var result = IntakeResult()
            guard try reader.kind() == .array else {
                guard try reader.kind() == .object else {
                    throw reader.fault("must be an object or an array of objects")
                }
                try readElement(&reader, receivedAt, into: &result)
                return result
            }
            try reader.beginArray()
            while try reader.nextElement() {
                guard reader.elementIndex < IntakeLimits.elements else {
                    throw reader.fault("a request has at most \(IntakeLimits.elements) alerts")
                }
                try readElement(&reader, receivedAt, into: &result)
            }
            return result
        }
    }

    private static func readElement(
        _ reader: inout JSONReader, _ receivedAt: Instant, into result: inout IntakeResult
    ) throws(InputFault) {
        let depth = reader.depth
        do {
            var element = Element()
            try element.read(&reader, into: &result)
            result.signals.append(try element.signal(at: reader.pointer, receivedAt, into: &result))
        } catch {
            try reader.recover(from: error, to: depth)
            result.faults.append(error)
        }
    }

    private struct Element {
        var title: String?
        var status: Signal.Status?
        var dedupKey: String?
        var severity: String?
        var service: String?
        var labels = LabelSet(.label)
        var annotations = LabelSet(.annotation)
        var startsAt: Instant?
        var endsAt: Instant?
        var url: String?

        mutating func read(_ reader: inout JSONReader, into result: inout IntakeResult) throws(InputFault) {
            try reader.beginObject()
            while try reader.nextMember() {
                if reader.isMember("title") {
                    title = try text(&reader, IntakeLimits.valueBytes, into: &result)
                } else if reader.isMember("status") {
                    status = try status(&reader)
                } else if reader.isMember("dedupKey") {
                    dedupKey = try text(&reader, IntakeLimits.dedupKeyBytes, into: &result)
                } else if reader.isMember("severity") {
                    severity = try text(&reader, IntakeLimits.nameBytes, into: &result)
                } else if reader.isMember("service") {
                    service = try text(&reader, IntakeLimits.nameBytes, into: &result)
                } else if reader.isMember("labels") {
                    labels = LabelSet(.label)
                    try labels.read(&reader)
                    if let defect = labels.defect { throw reader.fault(defect) }
                } else if reader.isMember("annotations") {
                    annotations = LabelSet(.annotation)
                    try annotations.read(&reader)
                    if let defect = annotations.defect { throw reader.fault(defect) }
                } else if reader.isMember("startsAt") {
                    startsAt = try time(&reader)
                } else if reader.isMember("endsAt") {
                    endsAt = try time(&reader)
                } else if reader.isMember("url") {
                    url = try link(&reader)
                } else {
                    result.warn("\(reader.pointer.shown): this member is not known and was passed over")
                }
            }
        }

        func signal(
            at place: String, _ receivedAt: Instant, into result: inout IntakeResult
        ) throws(InputFault) -> Signal {
            if let startsAt, let endsAt, endsAt < startsAt {
                throw InputFault(at: place + "/endsAt", "lies before startsAt")
            }
            let hasEnded = endsAt.map { $0 <= receivedAt } ?? false
            let status = self.status ?? (hasEnded ? .resolved : .firing)
            if hasEnded, status != .resolved {
                throw InputFault(at: place + "/endsAt", "has passed, but the status is \(status.rawValue)")
            }
            var labels = self.labels.cleaned(at: place, warningInto: &result)
            if let service, labels["service"] == nil {
                labels.append(Label("service", service))
                labels.sort()
            }
            var annotations = self.annotations.cleaned(at: place, warningInto: &result)
            guard let text = title ?? (status == .firing ? nil : dedupKey) else {
                throw InputFault(
                    at: place + "/title",
                    status == .firing
                        ? "a title is missing"
                        : "a title is missing; without one, dedupKey must say which alert is meant")
            }
            let line = SignalTitle.line(text)
            if line != text, title != nil { keep(text, in: &annotations) }
            return Signal(
                dedupKey: dedupKey ?? Fingerprint(title: text, labels).text, status: status, title: line,
                severity: severity ?? labels["severity"], labels: labels, annotations: annotations, startsAt: startsAt,
                endsAt: status == .resolved ? endsAt : nil, expiresAt: status == .resolved ? nil : endsAt,
                sourceURL: url)
        }

        /// The whole title, where the line is not all of it.
        private func keep(_ title: String, in annotations: inout [Label]) {
            annotations.removeAll { $0.name == SignalTitle.fullTextAnnotation }
            annotations.append(Label(SignalTitle.fullTextAnnotation, title))
            annotations.sort()
        }

        private func text(
            _ reader: inout JSONReader, _ limit: Int, into result: inout IntakeResult
        ) throws(InputFault) -> String? {
            guard let raw = try reader.optionalString() else { return nil }
            guard raw.utf8.count <= limit else {
                throw reader.fault("has \(raw.utf8.count) bytes; at most \(limit) are taken")
            }
            guard raw.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
                throw reader.fault("must not be empty; leave it out instead")
            }
            let clean = CleanText(raw)
            if clean.isAltered { result.warn("\(reader.pointer): control characters were replaced by U+FFFD") }
            return clean.text
        }

        private func status(_ reader: inout JSONReader) throws(InputFault) -> Signal.Status? {
            guard let word = try reader.optionalString() else { return nil }
            guard let status = Signal.Status(rawValue: word) else {
                throw reader.fault("must be firing, resolved or acknowledged, not \(word.quoted)")
            }
            return status
        }

        private func time(_ reader: inout JSONReader) throws(InputFault) -> Instant? {
            let time = WireTime(try reader.optionalString())
            if case .unreadable(let text, let reason) = time {
                throw reader.fault("must be a time such as 2026-11-21T03:12:04Z, not \(text.quoted): \(reason)")
            }
            return time.instant
        }

        private func link(_ reader: inout JSONReader) throws(InputFault) -> String? {
            guard let text = try reader.optionalString(), !text.isEmpty else { return nil }
            guard text.utf8.count <= IntakeLimits.valueBytes, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
                throw reader.fault(
                    "must be a link of at most \(IntakeLimits.valueBytes) bytes, without spaces and control characters")
            }
            return text
        }
    }
}
