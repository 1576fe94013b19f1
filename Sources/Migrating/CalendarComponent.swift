import Notation

/// A component of a calendar (RFC 5545 §3.6) with its properties, as they are written.
struct CalendarComponent {
    /// In capitals: `VEVENT`.
    let name: String
    /// Of its BEGIN; the first is 1.
    let line: Int
    var properties: [CalendarProperty] = []
    var children: [CalendarComponent] = []

    subscript(name: String) -> CalendarProperty? { properties.first { $0.name == name } }

    func all(_ name: String) -> [CalendarProperty] { properties.filter { $0.name == name } }
}

/// A content line (RFC 5545 §3.1).
struct CalendarProperty {
    /// In capitals.
    let name: String
    let parameters: [(name: String, values: [String])]
    /// As written.
    let value: String
    let line: Int

    /// The first value of a parameter; empty where there is none.
    func parameter(_ name: String) -> String { parameters.first { $0.name == name }?.values.first ?? "" }

    /// The value as a TEXT (RFC 5545 §3.3.11). A backslash before another character is dropped.
    var text: String {
        var text = ""
        var isEscaped = false
        for scalar in value.unicodeScalars {
            if isEscaped {
                switch scalar {
                case "n", "N": text += "\n"
                default: text.unicodeScalars.append(scalar)
                }
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension CalendarComponent {
    /// The calendars of a text.
    ///
    /// - Throws: an `InputFault` at `FILE:line`.
    static func read(_ bytes: [UInt8], file: String) throws(InputFault) -> [CalendarComponent] {
        guard bytes.count <= MigrationLimits.bytes else {
            throw InputFault(at: file, "it has \(bytes.count) bytes, but at most \(MigrationLimits.bytes) are read")
        }
        var calendars: [CalendarComponent] = []
        var open: [CalendarComponent] = []
        for line in try unfolded(bytes, file) {
            let property = try CalendarProperty(line.text, number: line.number, file: file)
            let place = "\(file):\(line.number)"
            switch property.name {
            case "BEGIN":
                guard open.count < MigrationLimits.calendarDepth else {
                    throw InputFault(
                        at: place, "components are at most \(MigrationLimits.calendarDepth) inside one another")
                }
                open.append(CalendarComponent(name: property.value.uppercased(), line: line.number))
            case "END":
                guard let last = open.popLast(), last.name == property.value.uppercased() else {
                    throw InputFault(
                        at: place, "END:\(MigrationDraft.line(property.value, 40)) ends nothing that was begun")
                }
                if open.isEmpty { calendars.append(last) } else { open[open.count - 1].children.append(last) }
            default:
                guard !open.isEmpty else { throw InputFault(at: place, "a calendar begins with BEGIN:VCALENDAR") }
                open[open.count - 1].properties.append(property)
            }
        }
        if let last = open.last {
            throw InputFault(
                at: "\(file):\(last.line)", "\(last.name) begins here and does not end: the text is cut off")
        }
        guard !calendars.isEmpty, calendars.allSatisfy({ $0.name == "VCALENDAR" }) else {
            throw InputFault(at: "\(file):1", "a calendar begins with BEGIN:VCALENDAR")
        }
        return calendars
    }

    /// Lines put together again (RFC 5545 §3.1): one that begins with a blank goes on with the one before. A character may
    /// be cut in two, so bytes are put together and then read as UTF-8. Line feeds alone are taken too.
    private static func unfolded(
        _ bytes: [UInt8], _ file: String
    ) throws(InputFault) -> [(text: String, number: Int)] {
        var lines: [(text: String, number: Int)] = []
        var current: [UInt8] = []
        var first = 1
        func end() throws(InputFault) {
            defer { current = [] }
            if current.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
            guard let text = String(validating: current, as: UTF8.self) else {
                throw InputFault(at: "\(file):\(first)", "it is not written in UTF-8")
            }
            lines.append((text, first))
        }
        var index = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        var number = 0
        while index < bytes.count {
            number += 1
            guard number <= MigrationLimits.calendarLines else {
                throw InputFault(
                    at: "\(file):\(number)", "a calendar has at most \(MigrationLimits.calendarLines) lines")
            }
            var stop = index
            while stop < bytes.count, bytes[stop] != 0x0a, bytes[stop] != 0x0d { stop += 1 }
            let isContinued = number > 1 && stop > index && (bytes[index] == 0x20 || bytes[index] == 0x09)
            if !isContinued {
                try end()
                first = number
            }
            current += bytes[(isContinued ? index + 1 : index)..<stop]
            guard current.count <= MigrationLimits.calendarLine else {
                throw InputFault(
                    at: "\(file):\(first)", "a line has at most \(MigrationLimits.calendarLine) bytes")
            }
            index = stop + 1
            if stop < bytes.count, bytes[stop] == 0x0d, index < bytes.count, bytes[index] == 0x0a { index += 1 }
        }
        try end()
        return lines
    }
}

extension CalendarProperty {
    fileprivate init(_ line: String, number: Int, file: String) throws(InputFault) {
        let scalars = Array(line.unicodeScalars)
        var index = 0
        func fault(_ reason: String) -> InputFault { InputFault(at: "\(file):\(number)", reason) }
        func word(until ends: Set<Unicode.Scalar>) -> String {
            var word = ""
            while index < scalars.count, !ends.contains(scalars[index]) {
                word.unicodeScalars.append(scalars[index])
                index += 1
            }
            return word
        }
        let name = word(until: [":", ";"])
        guard !name.isEmpty, index < scalars.count,
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { throw fault("a line is NAME:value, or NAME;PARAMETER=value:value") }
        var parameters: [(name: String, values: [String])] = []
        while index < scalars.count, scalars[index] == ";" {
            index += 1
            let parameter = word(until: ["=", ":", ";"])
            // Some programs write a parameter without a value.
            guard index < scalars.count else { throw fault("the value is missing") }
            var values: [String] = []
            if scalars[index] == "=" {
                repeat {
                    index += 1
                    if index < scalars.count, scalars[index] == "\"" {
                        index += 1
                        values.append(word(until: ["\""]))
                        guard index < scalars.count else { throw fault("a quotation mark is not closed") }
                        index += 1
                    } else {
                        values.append(word(until: [",", ";", ":"]))
                    }
                } while index < scalars.count && scalars[index] == ","
            }
            parameters.append((parameter.uppercased(), values))
        }
        guard index < scalars.count, scalars[index] == ":" else { throw fault("the value is missing") }
        var value = ""
        value.unicodeScalars.append(contentsOf: scalars[(index + 1)...])
        self.init(name: name.uppercased(), parameters: parameters, value: value, line: number)
    }
}
