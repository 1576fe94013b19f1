import Alerting
import Chronology
import Notation

/// Alertmanager's webhook, payload version 4, and whatever speaks it: `webhook_configs` and `incidentio_configs` there,
/// contact points elsewhere. The only feed of a real Alertmanager that has an identity for each alert.
///
/// Each element of `alerts` is one signal. Its key is the fingerprint that was sent, or the one computed from the labels.
/// `endsAt` of year 1 means "none"; members that are not known are passed over, since every release adds some.
public enum AlertmanagerWebhook {
    /// Reads the body of one request.
    ///
    /// An alert whose labels cannot be used is a fault, and the others are kept. A time that cannot be read, or a link
    /// too long to keep, costs only itself, with a warning: the alert is worth more. `startsAt` may lie in the future,
    /// because Alertmanager copies `endsAt` there when a sender gave nothing else.
    ///
    /// Reading the same body again gives the same result: Alertmanager repeats what still fires.
    public static func read(_ body: [UInt8]) throws(InputFault) -> IntakeResult {
        try JSONReader.read(body, limits: .intake) { reader throws(InputFault) in
            var message = Message()
            try message.read(&reader)
            return message.result
        }
    }

    private struct Message {
        var result = IntakeResult()
        /// Positions in `result.signals` of those without a status of their own: they have the group's, which may stand
        /// behind the alerts.
        var withoutStatus: [Int] = []
        var status = Signal.Status.firing
        var externalURL: String?
        var hasAlerts = false

        mutating func read(_ reader: inout JSONReader) throws(InputFault) {
            try reader.beginObject()
            while try reader.nextMember() {
                if reader.isMember("alerts") {
                    try readAlerts(&reader)
                } else if reader.isMember("status") {
                    if let word = try reader.stringIfAny(), let status = Self.status(word) { self.status = status }
                } else if reader.isMember("externalURL") {
                    externalURL = try reader.stringIfAny()
                } else if reader.isMember("truncatedAlerts") {
                    try readTruncation(&reader)
                } else if reader.isMember("version") {
                    try readVersion(&reader)
                }
            }
            guard hasAlerts else { throw InputFault(at: "/alerts", "an array of alerts is missing") }
            complete()
        }

        /// What can only be said at the end of the body.
        private mutating func complete() {
            for index in withoutStatus { result.signals[index].status = status }
            let link = externalURL.flatMap { Self.isLink($0) ? $0 : nil }
            for index in result.signals.indices {
                if result.signals[index].status == .firing, let end = result.signals[index].endsAt {
                    // Alertmanager never says when a firing alert will end. Others do, and mean what Prometheus means.
                    result.signals[index].expiresAt = end
                    result.signals[index].endsAt = nil
                }
                if result.signals[index].sourceURL == nil { result.signals[index].sourceURL = link }
            }
        }

        private mutating func readAlerts(_ reader: inout JSONReader) throws(InputFault) {
            try reader.beginArray()
            hasAlerts = true
            let depth = reader.depth
            while try reader.nextElement() {
                guard reader.elementIndex < IntakeLimits.elements else {
                    throw reader.fault("a request has at most \(IntakeLimits.elements) alerts")
                }
                do {
                    try readAlert(&reader)
                } catch {
                    try reader.recover(from: error, to: depth)
                    result.faults.append(error)
                }
            }
        }

        private mutating func readAlert(_ reader: inout JSONReader) throws(InputFault) {
            var labels = LabelSet(.label)
            var annotations = LabelSet(.annotation)
            var status: Signal.Status?
            var startsAt: Instant?
            var endsAt: Instant?
            var link: String?
            var fingerprint: String?
            try reader.beginObject()
            while try reader.nextMember() {
                if reader.isMember("labels") {
                    try labels.read(&reader)
                } else if reader.isMember("annotations") {
                    try annotations.read(&reader)
                } else if reader.isMember("status") {
                    guard let word = try reader.optionalString() else { continue }
                    status = Self.status(word)
                    if status == nil { throw reader.fault("must be firing or resolved, not \(word.quoted)") }
                } else if reader.isMember("startsAt") {
                    startsAt = try readTime(&reader)
                } else if reader.isMember("endsAt") {
                    endsAt = try readTime(&reader)
                } else if reader.isMember("generatorURL") {
                    link = try readLink(&reader)
                } else if reader.isMember("fingerprint") {
                    fingerprint = try reader.stringIfAny()
                }
            }
            if let defect = labels.defect ?? annotations.defect { throw reader.fault(defect) }
            let given = fingerprint.flatMap { Fingerprint(text: $0) }
            guard given != nil || !labels.sent.isEmpty else {
                throw reader.fault("has neither a label nor a fingerprint, so nothing tells it from other alerts")
            }
            let key = (given ?? Fingerprint(labels.sent)).text
            let cleanLabels = labels.cleaned(at: reader.pointer, warningInto: &result)
            let cleanAnnotations = annotations.cleaned(at: reader.pointer, warningInto: &result)
            if status == nil { withoutStatus.append(result.signals.count) }
            result.signals.append(
                Signal(
                    dedupKey: key, status: status ?? .firing,
                    title: SignalTitle.ofAlertmanager(
                        labels: cleanLabels, annotations: cleanAnnotations, dedupKey: key),
                    severity: cleanLabels["severity"], labels: cleanLabels, annotations: cleanAnnotations,
                    startsAt: startsAt, endsAt: endsAt, sourceURL: link))
        }

        private mutating func readTime(_ reader: inout JSONReader) throws(InputFault) -> Instant? {
            let time = WireTime(try reader.stringIfAny())
            if case .unreadable(let text, let reason) = time {
                result.warn("\(reader.pointer): \(text.quoted) was left out: \(reason)")
            }
            return time.instant
        }

        private mutating func readLink(_ reader: inout JSONReader) throws(InputFault) -> String? {
            guard let text = try reader.stringIfAny(), !text.isEmpty else { return nil }
            guard Self.isLink(text) else {
                result.warn("\(reader.pointer): the link was left out: it is too long or has control characters")
                return nil
            }
            return text
        }

        private mutating func readTruncation(_ reader: inout JSONReader) throws(InputFault) {
            let count = try reader.value()
            if count == 0 || count.isNull { return }
            let number = count.integer.map { $0 == 1 ? "1 alert" : "\($0) alerts" } ?? "some alerts"
            result.warn(
                "/truncatedAlerts: the sender left out \(number) of this group (max_alerts in its webhook configuration);"
                    + " nothing is known of them here")
        }

        private mutating func readVersion(_ reader: inout JSONReader) throws(InputFault) {
            if let version = try reader.stringIfAny(), version != "4" {
                result.warn("/version: \(version.quoted) is not known; it was read as version 4")
            }
        }

        private static func status(_ word: String) -> Signal.Status? {
            switch word {
            case "firing": .firing
            case "resolved": .resolved
            default: nil
            }
        }

        static func isLink(_ text: String) -> Bool {
            !text.isEmpty && text.utf8.count <= IntakeLimits.valueBytes
                && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f }
        }
    }
}

extension JSONReader {
    /// The text, or nil for a value of another kind, which is skipped: for members that are good to have.
    mutating func stringIfAny() throws(InputFault) -> String? {
        guard try kind() == .string else { return nil }
        return try string()
    }
}
