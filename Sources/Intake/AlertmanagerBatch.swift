import Alerting
import Chronology
import Notation

/// One body of POST /api/v2/alerts while it is read.
struct AlertmanagerBatch {
    let receivedAt: Instant
    let resolveTimeout: Duration
    let labelNames: AlertmanagerAPI.LabelNames

    private(set) var result = IntakeResult()
    private(set) var wasTruncated = false
    /// The first error of each of Alertmanager's two stages before the handler, and all errors of the handler.
    private var parsing: String?
    private var validation: (code: Int, message: String)?
    private var refusals: [String] = []

    /// Why one alert was not taken, in the words of the stage of Alertmanager that would have said it.
    private enum Objection: Error {
        case unparsable(String)
        case invalid(code: Int, String)
        case refused(String)
        /// The text itself is broken.
        case broken(InputFault)
    }

    init(receivedAt: Instant, resolveTimeout: Duration, labelNames: AlertmanagerAPI.LabelNames) {
        self.receivedAt = receivedAt
        self.resolveTimeout = resolveTimeout
        self.labelNames = labelNames
    }

    /// Alertmanager parses all, then validates all, then handles each: an error of an earlier stage hides the later ones.
    var answer: AlertmanagerAnswer {
        if let parsing { return .rejected(code: 400, AlertmanagerAPI.unreadable(parsing)) }
        if let validation { return .rejected(code: validation.code, validation.message) }
        if refusals.isEmpty { return .ok }
        return .refused(refusals.joined(separator: "; "))
    }

    mutating func read(_ reader: inout JSONReader) throws(InputFault) {
        do {
            try readAlerts(&reader)
        } catch {
            wasTruncated = reader.breakage == .truncated
            throw error
        }
    }

    private mutating func readAlerts(_ reader: inout JSONReader) throws(InputFault) {
        if try reader.isNull() { return }
        let kind = try reader.kind()
        guard kind == .array else {
            throw InputFault(
                at: "", "json: cannot unmarshal \(kind.rawValue) into Go value of type models.PostableAlerts")
        }
        try reader.beginArray()
        let depth = reader.depth
        while try reader.nextElement() {
            let index = reader.elementIndex
            guard index < IntakeLimits.elements else {
                throw reader.fault("a request has at most \(IntakeLimits.elements) alerts")
            }
            do {
                result.signals.append(try readAlert(&reader, index))
            } catch {
                try note(error, about: index, &reader)
                try reader.recover(from: result.faults[result.faults.count - 1], to: depth)
            }
        }
    }

    private mutating func note(
        _ objection: Objection, about index: Int, _ reader: inout JSONReader
    ) throws(InputFault) {
        let reason: String
        switch objection {
        case .broken(let fault): throw fault
        case .unparsable(let text):
            reason = text
            parsing = parsing ?? text
        case .invalid(let code, let text):
            reason = text
            validation = validation ?? (code, text)
        case .refused(let text):
            reason = text
            refusals.append(text)
        }
        result.faults.append(InputFault(at: "/\(index)", reason))
    }

    private mutating func readAlert(_ reader: inout JSONReader, _ index: Int) throws(Objection) -> Signal {
        var labels: LabelSet?
        var annotations = LabelSet(.annotation)
        var startsAt: Instant?
        var endsAt: Instant?
        var link: String?
        let kind = try parse(&reader) { reader throws(InputFault) in try reader.kind() }
        guard kind == .object else { throw mismatch(kind, "value of type models.PostableAlert") }
        try parse(&reader) { reader throws(InputFault) in try reader.beginObject() }
        while try parse(&reader, { reader throws(InputFault) in try reader.nextMember() }) {
            if reader.isMember("labels") {
                labels = try readLabels(&reader, .label, "struct field Alert.labels of type")
            } else if reader.isMember("annotations") {
                annotations =
                    try readLabels(&reader, .annotation, "struct field PostableAlert.annotations of type")
                    ?? LabelSet(.annotation)
            } else if reader.isMember("startsAt") {
                startsAt = try readTime(&reader)
            } else if reader.isMember("endsAt") {
                endsAt = try readTime(&reader)
            } else if reader.isMember("generatorURL") {
                link = try readText(&reader, "struct field Alert.generatorURL of type strfmt.URI")
            }
        }
        guard let labels else { throw .invalid(code: 602, "\(index).labels in body is required") }
        if let link, !link.isEmpty, !Self.isURI(link) {
            throw .invalid(code: 601, "\(index).generatorURL in body must be of type uri: \(link.goQuoted)")
        }
        try check(labels, annotations, startsAt, endsAt)
        let place = "/\(index)"
        return signal(
            key: Fingerprint(labels.sent).text, labels: labels.cleaned(at: place, warningInto: &result),
            annotations: annotations.cleaned(at: place, warningInto: &result), startsAt, endsAt, link)
    }

    private func signal(
        key: String, labels: [Label], annotations: [Label], _ startsAt: Instant?, _ endsAt: Instant?, _ link: String?
    ) -> Signal {
        var signal = Signal(
            dedupKey: key, status: .firing,
            title: SignalTitle.ofAlertmanager(labels: labels, annotations: annotations, dedupKey: key),
            severity: labels["severity"], labels: labels, annotations: annotations, startsAt: startsAt,
            sourceURL: link.flatMap { $0.isEmpty ? nil : $0 })
        if let endsAt, endsAt <= receivedAt {
            signal.status = .resolved
            signal.endsAt = endsAt
        } else {
            signal.expiresAt = endsAt ?? receivedAt + resolveTimeout
        }
        return signal
    }

    /// The checks of the handler, in its order.
    private func check(
        _ labels: LabelSet, _ annotations: LabelSet, _ startsAt: Instant?, _ endsAt: Instant?
    ) throws(Objection) {
        let start = startsAt ?? endsAt ?? receivedAt
        let end = endsAt ?? receivedAt + resolveTimeout
        if end < start { throw .refused("start time must be before end time") }
        for label in labels.sent where !isName(label.name) {
            throw .refused("invalid label set: invalid name \(label.name.goQuoted)")
        }
        if labels.sent.isEmpty { throw .refused("at least one label pair required") }
        for annotation in annotations.sent where !isName(annotation.name) {
            throw .refused("invalid annotations: invalid name \(annotation.name.goQuoted)")
        }
        // Not Alertmanager's: it has no limits.
        if let defect = labels.defect { throw .refused("invalid label set: \(defect)") }
        if let defect = annotations.defect { throw .refused("invalid annotations: \(defect)") }
    }

    private func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first else { return false }
        switch labelNames {
        case .utf8: return true
        case .classic:
            let isWord = name.utf8.allSatisfy { Self.isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            return isWord && Self.isLetter(first)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || byte == UInt8(ascii: "_")
    }

    /// As Go's `url.ParseRequestURI`, roughly: a path, or a scheme and something behind it.
    private static func isURI(_ text: String) -> Bool {
        guard text.utf8.count <= IntakeLimits.valueBytes, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            return false
        }
        if text.hasPrefix("/") { return true }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), let first = text.utf8.first else { return false }
        return UInt8(ascii: "a")...UInt8(ascii: "z") ~= first | 0x20
            && text.utf8[..<colon].allSatisfy { byte in
                isLetter(byte) && byte != UInt8(ascii: "_") || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                    || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            }
            && text.utf8.index(after: colon) < text.utf8.endIndex
    }

    // MARK: Members

    /// Nil for null, which Alertmanager takes for a member that is not there.
    private func readLabels(
        _ reader: inout JSONReader, _ role: LabelSet.Role, _ target: String
    ) throws(Objection) -> LabelSet? {
        let kind = try parse(&reader) { reader throws(InputFault) in try reader.kind() }
        if kind == .null { return nil }
        guard kind == .object else { throw mismatch(kind, "\(target) models.LabelSet") }
        var labels = LabelSet(role)
        do {
            try labels.read(&reader)
        } catch {
            guard reader.breakage == nil else { throw .broken(error) }
            // The reader stands before the value that was no string.
            let kind = try parse(&reader) { reader throws(InputFault) in try reader.kind() }
            throw mismatch(kind, "\(target) string")
        }
        return labels
    }

    private func readTime(_ reader: inout JSONReader) throws(Objection) -> Instant? {
        switch WireTime(try readText(&reader, "value of type string")) {
        case .absent: return nil
        case .at(let instant): return instant
        case .unreadable(let text, let reason):
            // Alertmanager tries several layouts and reports the last, 2006-01-02 15:04:05.
            guard text.utf8.prefix(4).allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
                throw .unparsable(
                    "parsing time \(text.goQuoted) as \"2006-01-02 15:04:05\": cannot parse \(text.goQuoted) as \"2006\""
                )
            }
            throw .unparsable("parsing time \(text.goQuoted): \(reason)")
        }
    }

    private func readText(_ reader: inout JSONReader, _ target: String) throws(Objection) -> String? {
        let kind = try parse(&reader) { reader throws(InputFault) in try reader.kind() }
        guard kind == .string || kind == .null else { throw mismatch(kind, target) }
        return try parse(&reader) { reader throws(InputFault) in try reader.optionalString() }
    }

    private func mismatch(_ kind: JSONReader.Kind, _ target: String) -> Objection {
        .unparsable("json: cannot unmarshal \(kind.rawValue) into Go \(target)")
    }

    /// For calls that throw only when the text is broken.
    private func parse<Value>(
        _ reader: inout JSONReader, _ step: (inout JSONReader) throws(InputFault) -> Value
    ) throws(Objection) -> Value {
        do {
            return try step(&reader)
        } catch {
            throw .broken(error)
        }
    }
}
