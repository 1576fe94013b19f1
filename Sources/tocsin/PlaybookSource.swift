import Chronology
import Engine
import Notation
import Playbooks

/// A playbook that somebody named on the command line: a built-in one by its name, or a file.
struct PlaybookSource {
    let name: String
    let text: [UInt8]
    let reading: PlaybookReading

    /// Reads it. Throws only where there is nothing to read; what is wrong in it is in `reading.faults`.
    init(_ name: String) throws(Failure) {
        self.name = name
        if let text = BuiltInPlaybooks.text(named: name), !LocalFile.exists(name) {
            self.text = text.bytes
        } else {
            guard LocalFile.exists(name) else {
                let known = BuiltInPlaybooks.names.joined(separator: ", ")
                throw Failure("There is no file and no built-in playbook \"\(name)\". Built in are \(known).")
            }
            text = Array(try LocalFile.read(name).utf8)
        }
        reading = Playbook.read(text, file: name, zone: Self.zone)
    }

    /// The playbook, or a failure with everything that is wrong with it.
    func playbook() throws(Failure) -> Playbook {
        if let playbook = reading.playbook { return playbook }
        let faults = reading.faults.map(\.description).joined(separator: "\n")
        throw Failure(faults.isEmpty ? "\(name) cannot be read" : faults)
    }

    private static let zones = ZoneDirectory()

    static func zone(_ name: String) -> Zone? {
        do throws(InputFault) {
            return try zones.zone(name)
        } catch {
            // The document's reader says where the name stands and that there is no such zone.
            return nil
        }
    }
}

extension Playbook {
    /// The severity of that label, without regard to the case of letters.
    func severity(meant word: String) throws(Failure) -> ElementID<Severity> {
        guard let severity = severities.first(where: { $0.id.text.lowercased() == word.lowercased() }) else {
            throw Failure(
                "\"\(word)\" is not a severity of the playbook \(id): \(ladder.map(\.text).joined(separator: ", "))")
        }
        return severity.id
    }
}
