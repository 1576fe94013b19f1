/// What is wrong with a text or a file that should have told a time, a date or a zone. `place` names the part (a zone, a
/// byte); it is empty when it is the whole. The caller knows which field the text stood in and adds that.
public struct TimeFault: Error, Hashable, Sendable {
    public let place: String
    public let reason: String

    public init(at place: String, _ reason: String) {
        self.place = place
        self.reason = reason
    }

    init(_ reason: String) {
        self.init(at: "", reason)
    }
}
