import Delivery
import Synchronization

/// Answers from a table; a name with several answers gives one after the other and stays at the last. Keeps what it was
/// asked. A name that is not in the table cannot be resolved.
final class StubResolver: HostResolver {
    private let state: Mutex<(table: [String: [[String]]], asked: [String])>

    init(_ table: [String: [[String]]]) {
        state = Mutex((table, []))
    }

    var asked: [String] { state.withLock { $0.asked } }

    func addresses(of host: String) async throws(EgressFailure) -> [IPAddress] {
        let answer = state.withLock { state -> [String]? in
            state.asked.append(host)
            guard let answers = state.table[host], let first = answers.first else { return nil }
            if answers.count > 1 { state.table[host] = Array(answers.dropFirst()) }
            return first
        }
        guard let answer else { throw .unresolved("\(host) could not be resolved: no such name") }
        return answer.compactMap { IPAddress($0) }
    }
}
