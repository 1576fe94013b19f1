import Playbooks
import Testing

/// The documents that come with Tocsin.
@Suite struct BuiltInPlaybooksTests {
    @Test(arguments: BuiltInPlaybooks.texts)
    func `every built-in playbook reads without a fault, under the id that is its name`(_ text: BuiltInPlaybooks.Text) {
        let reading = Playbook.read(text.bytes, file: text.file, zone: InstalledZones.find)
        #expect(reading.faults.map(\.description) == [])
        #expect(reading.playbook?.id.text == text.name)
    }

    @Test func `the built-in playbooks are the five documents and one to begin with`() {
        #expect(
            BuiltInPlaybooks.texts.map(\.name)
                == ["wiretuner", "workflow", "sre", "pipeline-guard", "autolytiq", "starter"])
        #expect(BuiltInPlaybooks.text(named: "nobody") == nil)
        #expect(BuiltInPlaybooks.read("nobody", zone: InstalledZones.find) == nil)
    }
}
