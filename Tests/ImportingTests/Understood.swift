import Importing
import Testing

/// A block of the draft, named by its first line, and the whole of it without comments: what has to be made of a form
/// that the procedure uses.
struct Understood: Sendable, CustomTestStringConvertible {
    let procedure: Procedure
    let form: String
    let block: String

    init(_ procedure: Procedure, _ form: String, _ block: String) {
        self.procedure = procedure
        self.form = form
        self.block = block
    }

    var first: String { String(block.split(separator: "\n")[0]) }
    var testDescription: String { "\(procedure): \(form), \(first)" }

    func check() throws {
        let blocks = try procedure.imported().blocks(first)
        #expect(blocks.contains(block), "\(blocks.joined(separator: "\n---\n"))")
    }
}
