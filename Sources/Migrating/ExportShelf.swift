import Chronology
import Notation

/// One object of an export.
struct ExportObject {
    var json: JSON
    let file: String

    /// Numbers count as texts where ids are numbers; anything else is empty.
    var id: String { Self.text(json["id"]) }

    func text(_ name: String) -> String { Self.text(json[name]) }

    func object(_ name: String) -> ExportObject { ExportObject(json: json[name] ?? .null, file: file) }

    /// The objects of an array; where there is none, none.
    func objects(_ name: String) -> [ExportObject] {
        (json[name]?.array ?? []).map { ExportObject(json: $0, file: file) }
    }

    /// The texts and numbers of an array.
    func texts(_ name: String) -> [String] { (json[name]?.array ?? []).map(Self.text).filter { !$0.isEmpty } }

    func whole(_ name: String) -> Int? { Self.whole(json[name]) }

    func has(_ name: String) -> Bool { json[name].map { !$0.isNull } ?? false }

    /// An instant as APIs write it; nil where there is none or it cannot be read.
    func instant(_ name: String) -> Instant? {
        guard let text = json[name]?.string else { return nil }
        do throws(TimeFault) { return try Instant(wireTime: text) } catch { return nil }
    }

    static func text(_ json: JSON?) -> String {
        if let text = json?.string { return text }
        if let number = json?.integer { return "\(number)" }
        return ""
    }

    static func whole(_ json: JSON?) -> Int? {
        if let number = json?.integer { return number.magnitude <= largest ? Int(exactly: number) : nil }
        if case .double(let number) = json, number.magnitude <= Double(largest) { return Int(exactly: number) }
        return nil
    }

    /// No count, delay or length of an export is larger; sums and products of smaller ones stay within 64 bits.
    private static let largest: UInt64 = 1_000_000_000_000
}

/// The objects of an export by kind, each once: a list and an answer about one thing may both be there, and what one of
/// them lacks the other has.
struct ExportShelf {
    private var kinds: [(kind: String, objects: [ExportObject], places: [String: Int])] = []
    private var count = 0

    subscript(kind: String) -> [ExportObject] { kinds.first { $0.kind == kind }?.objects ?? [] }

    mutating func add(_ json: JSON, as kind: String, file: String) throws(InputFault) {
        guard json.members != nil else { return }
        count += 1
        guard count <= MigrationLimits.objects else {
            throw InputFault(at: file, "an import has at most \(MigrationLimits.objects) objects")
        }
        let index: Int
        if let known = kinds.firstIndex(where: { $0.kind == kind }) {
            index = known
        } else {
            index = kinds.count
            kinds.append((kind, [], [:]))
        }
        let object = ExportObject(json: json, file: file)
        let id = object.id
        if !id.isEmpty, let place = kinds[index].places[id] {
            kinds[index].objects[place].json = Self.merged(kinds[index].objects[place].json, json)
            return
        }
        if !id.isEmpty { kinds[index].places[id] = kinds[index].objects.count }
        kinds[index].objects.append(object)
    }

    private static func merged(_ first: JSON, _ second: JSON) -> JSON {
        var members = first.members ?? []
        for member in second.members ?? [] {
            guard let index = members.firstIndex(where: { $0.name == member.name }) else {
                members.append(member)
                continue
            }
            if isEmpty(members[index].value) || (isReferences(members[index].value) && !isReferences(member.value)) {
                members[index] = member
            }
        }
        return .object(members)
    }

    private static func isEmpty(_ json: JSON) -> Bool {
        switch json {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .string(let text): text.isEmpty
        case .object(let members): members.isEmpty
        case .bool, .integer, .double: false
        }
    }

    /// Whether a list only names what it holds, as lists do unless they are asked for more.
    private static func isReferences(_ json: JSON) -> Bool {
        guard let elements = json.array, !elements.isEmpty else { return isEmpty(json) }
        return elements.allSatisfy { $0["type"]?.string?.hasSuffix("_reference") ?? false }
    }
}
