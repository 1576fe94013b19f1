import Engine
import Glibc
import Identity
import Notation
import Storage

/// Why a verb ends without having done what was asked: one sentence for the person who typed it, and the exit status for
/// the script that did.
struct Failure: Error, Hashable {
    /// The exit statuses; scripts rely on them.
    enum Status: Int32, Hashable {
        case done = 0
        case refused = 1
        case usage = 2
        case unreachable = 3
    }

    let status: Status
    let sentence: String

    init(_ sentence: String, _ status: Status = .refused) {
        self.status = status
        self.sentence = sentence
    }

    /// What the rooms throw, as a sentence; nil for what the argument parser knows how to tell.
    init?(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let refusal as Refusal: self.init(refusal.reason)
        case let fault as InputFault: self.init(fault.place.isEmpty ? fault.reason : "\(fault.place): \(fault.reason)")
        case let fault as StorageFault: self.init(fault.sentence)
        case let fault as SealingKeys.Fault: self.init(fault.sentence)
        case EngineFault.unavailable(let sentence): self.init(sentence)
        case let fault as EngineFault: self.init("the engine could not do it: \(fault)")
        case is PasswordHasher.Busy: self.init("too many passwords are being hashed at once; try again")
        default: return nil
        }
    }

    /// The error number of a system call that failed inside the network library, which tells it only in its text:
    /// `bind(…): Address already in use (errno: 98)`.
    static func systemError(of error: any Error) -> Int32? {
        let text = "\(error)"
        guard let marker = text.firstRange(of: "(errno: ") else { return nil }
        return Int32(text[marker.upperBound...].prefix { $0.isNumber })
    }

    /// The same in the system's words.
    static func systemReason(of error: any Error) -> String? {
        systemError(of: error).map { String(cString: strerror($0)) }
    }
}
