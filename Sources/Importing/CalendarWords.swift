/// Days, dates and hours of the day as people write them.
enum CalendarWords {
    // MARK: Dates

    /// The first date of a text that can be read in one way only, as YYYY-MM-DD: `3 June 2025`, `June 3rd, 2025`,
    /// `2025/06/03`, `03.06.2025`, `25/12/2025`. `03/06/2025` is a day in June or in March, and nil.
    static func date(in text: String) -> String? { dates(in: text).first }

    static func dates(in text: String) -> [String] {
        let words = text.split { !($0.isLetter || $0.isNumber || "/.-".contains($0)) }.prefix(400).map(String.init)
        var found: [String] = []
        for (index, word) in words.enumerated() {
            if let date = numeric(word) {
                found.append(date)
                continue
            }
            guard let month = month(word) else { continue }
            let before = index > 0 ? day(words[index - 1]) : nil
            let next = index + 1 < words.count ? words[index + 1] : ""
            let after = index + 2 < words.count ? words[index + 2] : ""
            if let before, let year = year(next) {
                found.append(written(year, month, before))
            } else if let day = day(next), let year = year(after) {
                found.append(written(year, month, day))
            }
        }
        return found
    }

    private static func numeric(_ word: String) -> String? {
        var word = word[...]
        while word.last == "." || word.last == "-" { word = word.dropLast() }
        for mark in ["-", "/", "."] as [Character] {
            let parts = word.split(separator: mark, omittingEmptySubsequences: false)
            guard parts.count == 3, parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
                let first = Int(parts[0]), let second = Int(parts[1]), let third = Int(parts[2])
            else { continue }
            if parts[0].count == 4 { return valid(first, second, third) }
            guard parts[2].count == 4 else { return nil }
            if mark == "." || first > 12 { return valid(third, second, first) }
            return second > 12 ? valid(third, first, second) : nil
        }
        return nil
    }

    private static func valid(_ year: Int, _ month: Int, _ day: Int) -> String? {
        (1_970...2_199).contains(year) && (1...12).contains(month) && (1...length(of: month, in: year)).contains(day)
            ? written(year, month, day) : nil
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func written(_ year: Int, _ month: Int, _ day: Int) -> String {
        "\(year)-\(two(month))-\(two(day))"
    }

    private static func year(_ word: String) -> Int? {
        Int(word).flatMap { (1_970...2_199).contains($0) ? $0 : nil }
    }

    /// `3`, `3rd`.
    private static func day(_ word: String) -> Int? {
        let digits = word.prefix { $0.isASCII && $0.isNumber }
        guard ["", "st", "nd", "rd", "th", "."].contains(word.dropFirst(digits.count).lowercased()) else { return nil }
        return Int(digits).flatMap { (1...28).contains($0) || (29...31).contains($0) ? $0 : nil }
    }

    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    private static func month(_ word: String) -> Int? {
        let word = word.lowercased().filter(\.isLetter)
        guard word.count >= 3 else { return nil }
        return months.firstIndex { $0 == word || ($0.hasPrefix(word) && word.count <= 4) }.map { $0 + 1 }
    }

    // MARK: Hours of the day

    /// `09:00` of "9:00 AM", "9am", "17:30", "9"; nil for what is no time of day.
    private static func time(_ words: ArraySlice<String>) -> (minutes: Int, length: Int)? {
        guard let word = words.first, let first = word.first, first.isASCII, first.isNumber else { return nil }
        let digits = word.prefix { ($0.isASCII && $0.isNumber) || $0 == ":" || $0 == "." }
        var suffix = String(word.dropFirst(digits.count))
        let parts = digits.split(whereSeparator: { $0 == ":" || $0 == "." }).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy({ $0.count <= 2 }), var hour = Int(parts[0]) else {
            return nil
        }
        let minute = parts.count == 2 ? Int(parts[1]) ?? 60 : 0
        var length = 1
        if suffix.isEmpty, let next = words.dropFirst().first, ["am", "pm", "h"].contains(next) {
            (suffix, length) = (next, 2)
        }
        guard ["", "am", "pm", "h"].contains(suffix) else { return nil }
        if suffix == "pm", hour < 12 { hour += 12 }
        if suffix == "am", hour == 12 { hour = 0 }
        guard (0...24).contains(hour), (0...59).contains(minute), hour * 60 + minute <= 1_440 else { return nil }
        return (hour * 60 + minute, length)
    }

    /// "08:30–17:30", "7:00 AM – 6:00 PM", "9 to 17" as `08:30-17:30`.
    static func hours(in text: String) -> String? {
        let words = words(text)
        for index in words.indices {
            guard let (start, length) = time(words[index...]) else { continue }
            let mark = index + length
            guard mark < words.count, ["-", "to", "until", "till"].contains(words[mark]), mark + 1 < words.count,
                let (end, _) = time(words[(mark + 1)...]), end > start
            else { continue }
            return "\(shown(start))-\(shown(end))"
        }
        return nil
    }

    private static func shown(_ minutes: Int) -> String { "\(two(minutes / 60)):\(two(minutes % 60))" }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text.lowercased().prefix(2_000) {
            if character.isLetter || character.isNumber || character == ":" || (character == "." && !word.isEmpty) {
                word.append(character)
            } else {
                if !word.isEmpty { words.append(word) }
                word = ""
                if "-–—−".contains(character) { words.append("-") }
            }
        }
        if !word.isEmpty { words.append(word) }
        return words.map { word in
            let isMark = word.hasSuffix(".") || (word.hasSuffix(":") && word.count > 1)
            let bare = isMark ? String(word.dropLast()) : word
            return bare == "a.m" ? "am" : bare == "p.m" ? "pm" : bare
        }
    }

    // MARK: Days of the week

    private static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    private static func day(of word: String) -> Int? {
        let bare = word.hasSuffix("s") && word.count > 5 ? String(word.dropLast()) : word
        guard bare.count >= 3 else { return nil }
        return days.firstIndex { $0 == bare || ($0.hasPrefix(bare) && bare.count <= 5) }
    }

    /// "Monday to Friday", "Mon–Fri", "weekdays", "daily" as `mon-fri`, `daily`; nil where no days are named.
    static func days(in text: String) -> String? {
        let words = words(text)
        if words.contains("weekdays") || words.contains("workdays") { return "mon-fri" }
        if words.contains("daily") || words.contains("everyday") { return "daily" }
        for index in words.indices {
            guard let first = day(of: words[index]) else { continue }
            if index + 2 < words.count, ["-", "to", "through", "until", "till"].contains(words[index + 1]),
                let last = day(of: words[index + 2]), last > first
            {
                return "\(days[first].prefix(3))-\(days[last].prefix(3))"
            }
            return String(days[first].prefix(3))
        }
        return nil
    }

    /// "every Monday at 10:00" as `weekly on monday at 10:00`; nil where the day or the time is missing.
    static func weekly(in text: String) -> String? {
        let words = words(text)
        guard let index = words.firstIndex(where: { day(of: $0) != nil }), let day = day(of: words[index]) else {
            return nil
        }
        for place in words.indices where place != index {
            guard let (minutes, length) = time(words[place...]), minutes < 1_440,
                words[place].contains(":") || length == 2 || words[place].hasSuffix("m")
                    || (place > 0 && words[place - 1] == "at")
            else { continue }
            return "weekly on \(days[day]) at \(shown(minutes))"
        }
        return nil
    }
}
