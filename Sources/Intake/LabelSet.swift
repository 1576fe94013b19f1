import Alerting
import Notation

/// The labels or the annotations of one element: first as they were sent, then as they are used.
struct LabelSet {
    enum Role: String {
        case label, annotation
    }

    /// In the order of the body; no name twice by its bytes; labels with an empty value left out, since an empty label and
    /// none are the same to Alertmanager. A fingerprint is taken of these, not of the cleaned ones.
    private(set) var sent: [Label] = []
    private(set) var role: Role
    private var repeated: [String] = []
    /// How many more there were than `sent` keeps.
    private var uncounted = 0

    init(_ role: Role) {
        self.role = role
    }

    /// Reads an object of strings; null stands for an empty object, and a member that is null for one that is absent. A
    /// name that comes twice has its last value, as in Go, and `cleaned` warns of it. Throws only what the reader throws.
    mutating func read(_ reader: inout JSONReader) throws(InputFault) {
        if try reader.isNull() { return }
        try reader.beginObject()
        while try reader.nextMember() {
            let name = reader.memberName
            if try reader.isNull() { continue }
            set(name, try reader.string())
        }
    }

    private mutating func set(_ name: String, _ value: String) {
        if role == .label, value.isEmpty { return remove(name) }
        // Beyond the limit they are only counted: the search for a repeated name must stay short.
        guard sent.count <= IntakeLimits.labels else {
            uncounted += 1
            return
        }
        remove(name)
        sent.append(Label(name, value))
    }

    private mutating func remove(_ name: String) {
        // Swift's equality is quick and regards normalisation; the bytes decide.
        let index = sent.firstIndex { $0.name == name && $0.name.utf8.elementsEqual(name.utf8) }
        guard let index else { return }
        sent.remove(at: index)
        repeated.append(name)
    }

    /// What is wrong with them, as the end of a sentence; nil when they can be used. Names the label. Annotations only tell
    /// about an alert: too many or too long ones are cut, and said to be, rather than costing somebody the page.
    var defect: String? {
        if role == .label, sent.count > IntakeLimits.labels {
            return "\(sent.count + uncounted) \(role.rawValue)s are too many; at most \(IntakeLimits.labels) are taken"
        }
        for label in sent {
            if label.name.isEmpty { return "the name of \(role.phrase) is empty" }
            if label.name.utf8.count > IntakeLimits.nameBytes {
                return "the name of the \(role.rawValue) \(label.name.quoted) has \(label.name.utf8.count) bytes;"
                    + " at most \(IntakeLimits.nameBytes) are taken"
            }
            if role == .label, label.value.utf8.count > IntakeLimits.valueBytes {
                return "the value of the \(role.rawValue) \(label.name.quoted) has \(label.value.utf8.count) bytes;"
                    + " at most \(IntakeLimits.valueBytes) are taken"
            }
        }
        return nil
    }

    /// Sorted, without control characters, no name twice by Swift's equality either; whatever that changed is a warning.
    func cleaned(at place: @autoclosure () -> String, warningInto result: inout IntakeResult) -> [Label] {
        for name in repeated {
            result.warn("\(place()): the \(role.rawValue) \(name.quoted) is there twice; the last value was taken")
        }
        var labels: [Label] = []
        labels.reserveCapacity(sent.count)
        if sent.count > IntakeLimits.labels {
            result.warn(
                "\(place()): \(sent.count + uncounted) \(role.rawValue)s are too many; the first \(IntakeLimits.labels) were taken"
            )
        }
        for label in sent.prefix(IntakeLimits.labels) {
            let name = CleanText(label.name)
            var value = CleanText(label.value)
            if value.text.utf8.count > IntakeLimits.valueBytes {
                result.warn(
                    "\(place()): the \(role.rawValue) \(name.text.quoted) has \(value.text.utf8.count) bytes; it was cut at \(IntakeLimits.valueBytes)"
                )
                value = value.cut(toBytes: IntakeLimits.valueBytes)
            }
            if name.isAltered || value.isAltered {
                result.warn(
                    "\(place()): control characters in the \(role.rawValue) \(name.text.quoted) were replaced by U+FFFD"
                )
            }
            labels.append(Label(name.text, value.text))
        }
        labels.sort()
        // Two names can become one by cleaning, or be one character written in two ways. Sorted, they are neighbours.
        for index in labels.indices.dropLast().reversed() where labels[index].name == labels[index + 1].name {
            result.warn("\(place()): two \(role.rawValue)s are both named \(labels[index].name.quoted); one was taken")
            labels.remove(at: index)
        }
        return labels
    }
}

extension LabelSet.Role {
    fileprivate var phrase: String {
        switch self {
        case .label: "a label"
        case .annotation: "an annotation"
        }
    }
}
