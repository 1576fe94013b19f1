import Alerting
import Notation

/// What a dialect made of one request. A body that cannot be read at all is a thrown `InputFault` instead.
public struct IntakeResult: Hashable, Sendable {
    /// The sound elements, in the order of the body.
    public internal(set) var signals: [Signal]
    /// One for each element that could not be used; the others were kept. The place is a JSON pointer.
    public internal(set) var faults: [InputFault]
    /// What was read otherwise than it was sent, or was not sent at all. At most `IntakeLimits.warnings`, and one more
    /// that says how many there were beyond those.
    public var warnings: [String] {
        guard unlistedWarnings > 0 else { return listedWarnings }
        return listedWarnings + ["\(unlistedWarnings) more warnings are not listed"]
    }

    private var listedWarnings: [String] = []
    private var unlistedWarnings = 0

    public init(signals: [Signal] = [], faults: [InputFault] = [], warnings: [String] = []) {
        self.signals = signals
        self.faults = faults
        for warning in warnings { warn(warning) }
    }

    /// The sentence is only made if it will be listed: a hostile body may give cause for a hundred thousand of them.
    mutating func warn(_ sentence: @autoclosure () -> String) {
        if listedWarnings.count < IntakeLimits.warnings {
            listedWarnings.append(sentence())
        } else {
            unlistedWarnings += 1
        }
    }
}
