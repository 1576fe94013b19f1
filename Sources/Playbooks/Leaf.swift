/// The notations of single values. Each says how it is written; `Leaf+Reading` reads them.
public enum Leaf: String, CaseIterable, Hashable, Sendable {
    case text
    case longText = "long text"
    case url
    case boolean
    case amount
    case denominator
    case percent
    case duration
    case span
    case figureTarget = "target length"
    case rhythm
    case date
    case time
    case zone
    case spans = "opening hours"
    case days
    case occasion = "recurrence"
    case calendar = "calendar id"
    case rule
    case roll
    case interval
    case cell = "matrix cell"
    case cardinality
    case quorum
    case party
    case owner
    case guardExpression = "guard"
    case template = "template text"
    case metric = "metric condition"
    case keyPattern = "key pattern"
    case actionKeyPattern = "action key pattern"
    case roomPattern = "room pattern"
    case creation

    /// What it is and how it is written, in a sentence or two for the reference.
    public var summary: String {
        switch self {
        case .text: "A text of at most 4 kB."
        case .longText: "A text of at most 32 kB, most often a block (`|`)."
        case .url:
            "An address, or a path below one that the organisation sets; `unfilled` for a slot that the team has "
                + "to fill."
        case .boolean: "`true` or `false`. No other word is a boolean."
        case .amount: "A number, `10000`, `1.5` or `12%`; or a text about one, `~200`, `< 100`."
        case .denominator: "A number, the id of a number field that measures it, or a text about it, `~10,000 users`."
        case .percent: "A percentage, `99.9%`."
        case .duration: "A length of time in the units w, d, h, m and s, largest first: `15m`, `1h30m`, `2d`."
        case .span: "A length of time, or the shortest and the longest: `24h`, `15m..30m`."
        case .figureTarget: "A length of time, or `none`."
        case .rhythm: "`weekly`, `monthly`, `quarterly`, `yearly`, or a length of time."
        case .date: "A date, `2026-12-25`."
        case .time: "A time of day, `09:00`."
        case .zone: "A time zone by its name in the tz database, `Europe/Berlin`, or `UTC`."
        case .spans: "Opening hours of a day, `09:00-12:00, 13:00-18:00`, or `closed`."
        case .days: "A day of the week, `mon`; a range, `mon-fri`; or `daily`."
        case .occasion:
            "When something happens again: `daily at 09:00`, `weekly on monday, friday at 10:00`, `monthly on "
                + "first tuesday at 10:00`, `monthly on day 15 at 10:00`, `every 2 weeks on monday at 09:00 from "
                + "2026-01-05`."
        case .calendar: "The id of a calendar that has hours."
        case .rule:
            "By when something is owed: `immediately`, `immediately, within 5m`, `15m`, `4 business hours`, `3 "
                + "calendar days`, `3 business days by close`, `next business day by open`, `1h..4h` (target and "
                + "limit), `next OCCASION`, `none` (nothing is owed), `unspecified` (nobody has said). Rules about "
                + "business time may end in `in CALENDAR`."
        case .roll: "What becomes of a due time outside opening hours: `none`, `forward` or `back`, with `in CALENDAR`."
        case .interval:
            "How often: `30m`, `15m..30m` (target and limit), `daily`; with `within CALENDAR` only in its "
                + "opening hours; `on-events` (only when something happens); `none`."
        case .cell:
            "When a rung is due: a rule; a rule with `within CALENDAR` (not outside its hours); `agenda "
                + "OCCASION` (put on the agenda of that meeting); `none`."
        case .cardinality: "How many: `1`, `0..1`, `1..n`, `0..n`."
        case .quorum: "How many of those named: a number, or `all`."
        case .party:
            "Somebody or something that can be told or paged: the id of a target, an audience or a role; "
                + "`role(ID)`, `target(ID)` or `audience(ID)` where two share a name; `declarer`."
        case .owner: "Who owes it: the id of a role or a target, `declarer`; a role where both have the name."
        case .guardExpression:
            "A condition on the incident: `severity at least SEV-2`, `type is security`, `status is monitoring`, "
                + "`active for 2h`, `public`, a yes-no field by its id, `FIELD is WORD`, `FIELD in (A, B)`, `FIELD > "
                + "50%`; joined with `and`, `or`, `not`, parentheses; `always`."
        case .template:
            "A text with placeholders, `{{path}}` or `{{path|filter}}`; `\\{{` stands for two braces that are none."
        case .metric: "A metric and its bound, `error-rate < 0.5%`."
        case .keyPattern:
            "Literal text with `{date}` or `{date:compact}`, and once `{seq:N}`, a number of at least N digits."
        case .actionKeyPattern: "As a key pattern, also with `{category}` and `{area}`."
        case .roomPattern: "Literal text with `{date}`, `{date:compact}`, `{slug}`, `{key}`, `{seq:N}`."
        case .creation: "`ticket`, or the id of an integration."
        }
    }
}
