import Synchronization

/// Counts who is waiting, and turns away who comes when every place is taken: work beyond it would be answered too late
/// to be of use (R16).
final class Admission: Sendable {
    private let limit: Int
    private let what: String
    private let waiting = Atomic(0)

    init(limit: Int, _ what: String) {
        self.limit = limit
        self.what = what
    }

    /// Throws `.transient` when it is full. Every `enter` that did not throw is followed by one `leave`.
    func enter() throws {
        // Who is turned away has been counted for a moment, which can only turn away another one that comes at the limit.
        guard waiting.add(1, ordering: .relaxed).newValue <= limit else {
            leave()
            throw StorageFault(.transient, "the store is overloaded: \(limit) \(what) are waiting")
        }
    }

    func leave() {
        waiting.subtract(1, ordering: .relaxed)
    }
}
