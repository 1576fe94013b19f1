import Chronology

/// A week of a schedule, hour by hour: a column a day, a block for each part of a shift. A pointer drawn over it picks a time for
/// an override; the table of days beneath it says the same to those who do not see it.
public struct WeekPicture: Sendable {
    public struct Block: Sendable {
        /// From 0, the first day shown.
        public var day: Int
        /// Minutes of the wall clock from midnight; 1,440 is the end of the day.
        public var from: Int
        public var to: Int
        public var name: String
        /// The id of whoever it is; nil: nobody.
        public var user: String?
        public var isMine: Bool
        public var isOverride: Bool

        public init(
            day: Int, from: Int, to: Int, name: String, user: String?, isMine: Bool = false, isOverride: Bool = false
        ) {
            self.day = day
            self.from = from
            self.to = to
            self.name = name
            self.user = user
            self.isMine = isMine
            self.isOverride = isOverride
        }
    }

    public var days: [CivilDate]
    public var blocks: [Block]
    /// Where it is now: the day and the minute; nil: not in this week.
    public var now: (day: Int, minute: Int)?

    public init(days: [CivilDate], blocks: [Block], now: (day: Int, minute: Int)?) {
        self.days = days
        self.blocks = blocks
        self.now = now
    }

    // The drawing's own units; it is stretched to the width of the page.
    static let left = 44
    static let top = 22
    static let dayWidth = 136
    static let hourHeight = 20
    static let minutesPerDay = 1_440

    static var width: Int { left + 7 * dayWidth }
    static var height: Int { top + 24 * hourHeight + 2 }

    static func y(_ minute: Int) -> Int { top + minute * hourHeight / 60 }

    /// The blocks of a day side by side, those that do not meet below one another: each with its lane and how many there are.
    func lanes(of day: Int) -> [(block: Block, lane: Int, count: Int)] {
        var ends: [Int] = []
        var placed: [(Block, Int)] = []
        for block in blocks.filter({ $0.day == day }).sorted(by: { ($0.from, $0.name) < ($1.from, $1.name) }) {
            if let lane = ends.firstIndex(where: { $0 <= block.from }) {
                ends[lane] = block.to
                placed.append((block, lane))
            } else {
                ends.append(block.to)
                placed.append((block, ends.count - 1))
            }
        }
        return placed.map { ($0.0, $0.1, ends.count) }
    }
}

extension HTML {
    mutating func week(_ week: WeekPicture) {
        typealias Picture = WeekPicture
        element(
            "svg", .class("week"), .data("viewBox", "0 0 \(Picture.width) \(Picture.height)"),
            .fixed("role", "img"), .label("The week, hour by hour; the days are told below"),
            .data("data-days", week.days.map(\.description).joined(separator: " ")),
            .data("data-left", String(Picture.left)), .data("data-top", String(Picture.top)),
            .data("data-day", String(Picture.dayWidth)), .data("data-hour", String(Picture.hourHeight))
        ) { html in
            for hour in stride(from: 0, through: 24, by: 3) {
                let y = Picture.y(hour * 60)
                html.element(
                    "path", .class("hour"), .data("d", "M\(Picture.left) \(y)H\(Picture.width)")
                ) { _ in }
                guard hour < 24 else { continue }
                html.element(
                    "text", .class("hour"), .fixed("x", "0"), .data("y", String(y + 11)),
                    text: hour < 10 ? "0\(hour):00" : "\(hour):00")
            }
            for (index, date) in week.days.enumerated() {
                let x = Picture.left + index * Picture.dayWidth
                html.element(
                    "text", .class(week.now?.day == index ? "day now" : "day"), .data("x", String(x + 4)),
                    .fixed("y", "14"), text: "\(date.weekday.shortName) \(date.shortText)")
                html.element(
                    "path", .class("hour"), .data("d", "M\(x) 0V\(Picture.height)")
                ) { _ in }
                for (block, lane, count) in week.lanes(of: index) { html.block(block, x, lane, count) }
            }
            guard let now = week.now else { return }
            let x = Picture.left + now.day * Picture.dayWidth
            html.element(
                "path", .class("now"), .data("d", "M\(x) \(Picture.y(now.minute))h\(Picture.dayWidth)")
            ) { _ in }
        }
    }

    private mutating func block(_ block: WeekPicture.Block, _ left: Int, _ lane: Int, _ count: Int) {
        let width = (WeekPicture.dayWidth - 4) / count
        let x = left + 2 + lane * width
        let (top, bottom) = (WeekPicture.y(block.from), WeekPicture.y(block.to))
        let height = max(3, bottom - top - 1)
        element(
            "g",
            .class(
                block.user == nil
                    ? "block gap" : block.isMine ? "block mine" : block.isOverride ? "block over" : "block"),
            .data("data-user", block.user)
        ) { html in
            html.element(
                "rect", .data("x", String(x)), .data("y", String(top)), .data("width", String(max(4, width - 2))),
                .data("height", String(height)), .fixed("rx", "3")
            ) { _ in }
            if height >= 14 {
                html.element(
                    "text", .data("x", String(x + 4)), .data("y", String(top + 12)),
                    text: String(block.name.prefix(max(1, (width - 6) / 7))))
            }
            html.element("title", text: block.name)
        }
    }
}
