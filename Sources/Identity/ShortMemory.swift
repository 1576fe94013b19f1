import Chronology
import Synchronization

/// Remembers for at most a second what the store said about a secret's hash, so that a page with twenty requests asks once.
/// Only found values are kept, under the hash of the presented secret: nothing that an attacker chooses becomes a key.
///
/// A forgetting that happens while a value is being fetched wins over the fetched value.
final class ShortMemory<Value: Sendable>: Sendable {
    /// Revocation reaches every node within this time even if no wake-up does (S21).
    static var lifetime: Duration { .seconds(1) }
    /// A second's worth of distinct callers. When it is full everything is forgotten: asking again is cheap.
    static var capacity: Int { 4_096 }

    private struct Shelf {
        var values: [[UInt8]: (value: Value, since: Instant)] = [:]
        var generation = 0
    }

    private let shelf = Mutex(Shelf())

    /// The value, or the generation under which a fetched one may be kept.
    func look(_ hash: [UInt8], at now: Instant) -> (value: Value?, generation: Int) {
        shelf.withLock { shelf in
            guard let entry = shelf.values[hash] else { return (nil, shelf.generation) }
            // A clock that was set back makes an entry from the future: it is as good as stale.
            guard entry.since <= now, now - entry.since < Self.lifetime else {
                shelf.values[hash] = nil
                return (nil, shelf.generation)
            }
            return (entry.value, shelf.generation)
        }
    }

    func keep(_ value: Value, for hash: [UInt8], since: Instant, generation: Int) {
        shelf.withLock { shelf in
            guard shelf.generation == generation else { return }
            if shelf.values.count >= Self.capacity { shelf.values.removeAll(keepingCapacity: true) }
            shelf.values[hash] = (value, since)
        }
    }

    func forget() {
        shelf.withLock { shelf in
            shelf.values.removeAll(keepingCapacity: true)
            shelf.generation += 1
        }
    }
}
