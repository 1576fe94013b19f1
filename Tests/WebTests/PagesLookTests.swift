import Chronology
import Testing
import Web

/// The tokens and the budget of the interface.
struct PagesLookTests {
    /// WCAG 2.2, relative luminance and contrast ratio.
    struct Colour {
        var red: Double
        var green: Double
        var blue: Double

        init?(hex: Substring) {
            guard hex.count == 7, hex.first == "#", let number = Int(hex.dropFirst(), radix: 16) else { return nil }
            red = Double(number >> 16) / 255
            green = Double(number >> 8 & 255) / 255
            blue = Double(number & 255) / 255
        }

        private static func linear(_ part: Double) -> Double {
            guard part > 0.04045 else { return part / 12.92 }
            return power((part + 0.055) / 1.055)
        }

        /// x to the 2.4th, as x² times the fifth root of x², found by Newton's method: no mathematics library is
        /// needed.
        private static func power(_ base: Double) -> Double {
            let square = base * base
            var root = 1.0
            for _ in 0..<60 { root -= (root * root * root * root * root - square) / (5 * root * root * root * root) }
            return square * root
        }

        var luminance: Double {
            0.2126 * Colour.linear(red) + 0.7152 * Colour.linear(green) + 0.0722 * Colour.linear(blue)
        }

        func contrast(_ other: Colour) -> Double {
            let (light, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
            return (light + 0.05) / (dark + 0.05)
        }

        func mixed(_ share: Double, into ground: Colour) -> Colour {
            var mixed = ground
            mixed.red = red * share + ground.red * (1 - share)
            mixed.green = green * share + ground.green * (1 - share)
            mixed.blue = blue * share + ground.blue * (1 - share)
            return mixed
        }
    }

    /// The tokens of the style sheet by name: the light and the dark value.
    static let tokens: [String: [Colour]] = {
        let text = String(decoding: Asset.stylesheet.bytes + Asset.settings.bytes, as: UTF8.self)
        var tokens: [String: [Colour]] = [:]
        for declaration in text.split(whereSeparator: { ";{}".contains($0) }) where declaration.hasPrefix("--") {
            let halves = declaration.dropFirst(2).split(separator: ":")
            guard halves.count == 2, halves[1].hasPrefix("light-dark("), halves[1].hasSuffix(")") else { continue }
            let colours = halves[1].dropFirst(11).dropLast().split(separator: ",").compactMap(Colour.init(hex:))
            if colours.count == 2 { tokens[String(halves[0])] = colours }
        }
        return tokens
    }()

    static let grounds = ["ground", "surface", "sunken"]
    static let tints = ["tint0", "tint1", "tint2", "tint3"]

    static let texts: [(String, [String])] = [
        ("text", grounds + tints + ["bad-tint"]), ("muted", grounds + tints), ("accent", grounds),
        ("on-button", ["button", "danger"]),
        ("bad", ["ground", "surface", "bad-tint", "sunken"] + tints), ("waiting", ["waiting-tint"]),
        ("good", ["good-tint", "ground"]),
    ]

    static let shapes: [(String, [String])] = [
        ("sev0", ["ground", "surface"] + tints), ("sev1", ["ground", "surface"] + tints),
        ("sev2", ["ground", "surface"] + tints),
        ("sev3", ["ground", "surface"] + tints), ("edge", ["ground", "surface"]), ("focus", grounds),
        ("good", ["ground"]),
    ]

    @Test(arguments: [(texts, 4.5), (shapes, 3.0)])
    func `colours that are read together differ enough, in light and in dark`(
        pairs: [(String, [String])], least: Double
    ) throws {
        for (front, grounds) in pairs {
            for ground in grounds {
                let front = (front, try #require(Self.tokens[front], "no token \(front)"))
                let back = try #require(Self.tokens[ground], "no token \(ground)")
                for (theme, name) in ["light", "dark"].enumerated() {
                    let contrast = front.1[theme].contrast(back[theme])
                    #expect(contrast >= least, "\(front.0) on \(ground), \(name): \(contrast)")
                }
            }
        }
    }

    @Test
    func `a state on the tinted strip is legible on its own mixture`() throws {
        for state in ["bad", "waiting", "good", "muted"] {
            for tint in Self.tints + ["surface"] {
                for theme in 0...1 {
                    let front = try #require(Self.tokens[state])[theme]
                    let ground = front.mixed(0.12, into: try #require(Self.tokens[tint])[theme])
                    #expect(front.contrast(ground) >= 4.5, "\(state) on \(tint), \(theme): \(front.contrast(ground))")
                }
            }
        }
    }

    @Test
    func `black on white is twenty-one to one`() throws {
        let (black, white) = (try #require(Colour(hex: "#000000")), try #require(Colour(hex: "#ffffff")))
        #expect(abs(black.contrast(white) - 21) < 0.01)
    }

    @Test
    func `a list of fifty rows with everything it loads is under 60 kB`() {
        let samples = PagesSamples()
        let page = samples.alertList(count: 50).render(samples.frame).bytes.count
        let assets = Asset.ofEveryPage.map(\.bytes.count).reduce(0, +)
        #expect(page + assets < 60_000, "\(page) for the page, \(assets) for the rest")
    }

    @Test
    func `nothing is loaded from elsewhere`() {
        for asset in Asset.all {
            let text = String(decoding: asset.bytes, as: UTF8.self)
                .split(separator: "http://www.w3.org/2000/svg").joined()
            #expect(!text.contains("http:") && !text.contains("https:") && !text.contains("//"), "\(asset.name)")
            #expect(!text.contains("@import") && !text.contains("url("), "\(asset.name)")
        }
    }

    @Test
    func `scripts make no markup from strings`() {
        for asset in [Asset.script, Asset.theme] {
            let text = String(decoding: asset.bytes, as: UTF8.self)
            for word in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "DOMParser",
            ] {
                #expect(!text.contains(word), "\(asset.name): \(word)")
            }
        }
    }

    @Test
    func `the address of a file changes with its bytes`() {
        for asset in Asset.all { #expect(asset.path.text == "/assets/\(asset.name)?v=\(asset.version)") }
        #expect(Set(Asset.all.map(\.version)).count == Asset.all.count)
    }

    @Test(arguments: [
        (0, "now"), (1, "1 s ago"), (59, "59 s ago"), (60, "1 min ago"), (3_599, "59 min ago"), (3_600, "1 h ago"),
        (11_520, "3 h 12 min ago"),
        (86_400, "1 d ago"), (187_200, "2 d 4 h ago"), (864_000, "10 d ago"), (-1, "in 1 s"), (-200, "in 3 min"),
    ])
    func `a time is told relative to now`(seconds: Int64, words: String) {
        let clock = ClockFace(now: PagesSamples.now)
        let told = clock.ago(clock.now - .seconds(seconds))
        #expect(String(told.map { $0 == "\u{A0}" ? " " : $0 }) == words)
    }

    @Test(arguments: [
        (0, "00:00"), (200, "03:20"), (3_599, "59:59"), (3_600, "1:00:00"), (86_399, "23:59:59"), (-5, "00:00"),
    ])
    func `a countdown keeps its width while it runs`(seconds: Int64, words: String) {
        #expect(ClockFace.countdown(.seconds(seconds)) == words)
    }

    @Test
    func `an absolute time names its zone and is there for programs too`() throws {
        let clock = ClockFace(now: PagesSamples.now)
        var html = HTML()
        html.ago(Instant(seconds: 1_795_231_924), clock)
        html.countdown(to: clock.now - .seconds(70), clock)
        html.countdown(to: clock.now - .seconds(59), clock)
        #expect(
            String(decoding: html.bytes, as: UTF8.self)
                == "<time datetime=\"2026-11-21T03:32:04Z\" title=\"21 Nov 2026 03:32:04 UTC\">1\u{A0}h ago</time>"
                + "<time datetime=\"2026-11-21T04:30:54Z\" title=\"due 21 Nov 2026 04:30:54 UTC\" class=\"countdown late\" data-due>"
                + "late by 01:10</time>"
                + "<time datetime=\"2026-11-21T04:31:05Z\" title=\"due 21 Nov 2026 04:31:05 UTC\" class=\"countdown late\" data-due>"
                + "due now</time>")
    }
}
