import Testing
import Web

@Suite struct SnippetTests {
    /// A body over the limit is refused with 413, which Alertmanager does not try again; 500 alerts stay below it.
    @Test func `what is to be pasted into Alertmanager keeps its messages below the limit`() throws {
        let snippets = IntegrationCreatedPage.snippets(
            dialect: "alertmanager", url: "https://tocsin.example.com/in/KEY/alertmanager")
        let configuration = try #require(snippets.first { $0.heading == "alertmanager.yml" })
        let lines = configuration.text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "-" } }
        #expect(
            lines.filter { $0.hasPrefix("url") || $0.hasPrefix("max_alerts") || $0.hasPrefix("send_resolved") } == [
                "url: 'https://tocsin.example.com/in/KEY/alertmanager'", "send_resolved: true", "max_alerts: 500",
            ])
    }
}
