import Alerting
import Chronology
import Notation

/// POST /api/v2/alerts of the Alertmanager API: what Prometheus, amtool and many tools send.
///
/// Semantics and error texts are those recorded from Alertmanager 0.25 with the label rules of 0.27. Two differences, both
/// for the sake of the alert: a start that was not given is left open instead of being set to the end, and sound alerts
/// are kept beside one that does not match the API's description, where Alertmanager keeps none. The answer is the same.
public enum AlertmanagerAPI {
    /// Which names of labels are taken: `--enable-feature=classic-mode` of Alertmanager, or its default since 0.27.
    public enum LabelNames: Hashable, Sendable {
        /// `[a-zA-Z_][a-zA-Z0-9_]*`
        case classic
        /// Any text but the empty one.
        case utf8
    }

    /// What is done, and what is answered. They are independent: an answer of 400 may come with signals to be kept.
    public struct Posting: Hashable, Sendable {
        public let result: IntakeResult
        public let answer: AlertmanagerAnswer
    }

    /// Reads the body of one request. Never throws: whatever is wrong is in the answer, and among the result's faults.
    ///
    /// A firing alert expires at its `endsAt`, or `resolveTimeout` after it was received if it has none: every re-send
    /// renews it, so that alerts end by themselves when Prometheus dies. An alert whose `endsAt` has passed is resolved.
    /// Its key is the fingerprint of its labels, so the same alert from every replica is one.
    ///
    /// - Parameters:
    ///   - contentType: the request's header; nil when it was missing, which is refused as Alertmanager does.
    ///   - receivedAt: the time that decides between firing and resolved.
    public static func post(
        _ body: [UInt8], contentType: String?, receivedAt: Instant, resolveTimeout: Duration = .minutes(5),
        labelNames: LabelNames = .utf8
    ) -> Posting {
        let mediaType = contentType ?? "application/octet-stream"
        guard isJSON(mediaType) else {
            return rejected(
                InputFault(at: "", "the Content-Type must be application/json"),
                .rejected(
                    code: 415, "unsupported media type \(mediaType.goQuoted), only [application/json] are allowed"))
        }
        guard !body.isEmpty else {
            return rejected(
                InputFault(at: "", "the body is empty"), .rejected(code: 602, "alerts in body is required"))
        }
        var batch = AlertmanagerBatch(
            receivedAt: receivedAt, resolveTimeout: resolveTimeout, labelNames: labelNames)
        do {
            try JSONReader.read(body, limits: .intake) { reader throws(InputFault) in try batch.read(&reader) }
        } catch {
            // Nothing of a text that is broken further on can be trusted to be what the sender meant.
            let reason = batch.wasTruncated ? "unexpected EOF" : error.place.isEmpty ? error.reason : error.sentence
            return rejected(error, .rejected(code: 400, unreadable(reason)))
        }
        return Posting(result: batch.result, answer: batch.answer)
    }

    static func unreadable(_ reason: String) -> String {
        "parsing alerts body from \"\" failed, because \(reason)"
    }

    private static func rejected(_ fault: InputFault, _ answer: AlertmanagerAnswer) -> Posting {
        Posting(result: IntakeResult(faults: [fault]), answer: answer)
    }

    private static func isJSON(_ contentType: String) -> Bool {
        let mediaType = contentType.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        return mediaType.lowercased() == "application/json"
    }
}

extension InputFault {
    /// Place and reason in one line, for answers that have room for one text.
    var sentence: String { place.isEmpty ? reason : "\(place): \(reason)" }
}

extension String {
    /// As Go's `%q` writes it, for the characters that turn up in label names and times.
    var goQuoted: String {
        var text = "\""
        for scalar in unicodeScalars.prefix(IntakeLimits.nameBytes) {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\0"..<" ", "\u{7f}":
                let digits = String(scalar.value, radix: 16)
                text += digits.utf8.count < 2 ? "\\x0\(digits)" : "\\x\(digits)"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
