import ClusterTypes
import Testing

@testable import ClusterCommands

@Suite struct HelpTests {
    @Test func overviewAndTopics() throws {
        let cluster = try TestCluster()
        try expectGolden(try run("help", on: cluster).output, "help.txt")
        try expectGolden(try run("help resource", on: cluster).output, "help-resource.txt")
        try expectGolden(try run("help configure primitive", on: cluster).output, "help-configure-primitive.txt")
        try expectGolden(try run("status --help", on: cluster).output, "help-status.txt")
    }

    @Test func nearWordsAreFound() {
        #expect(nearest(to: "resorce", among: ["resource", "node"]) == ["resource"])
        #expect(nearest(to: "sotp", among: ["stop", "start"]) == ["stop"])
        #expect(nearest(to: "xyz", among: ["stop", "start"]).isEmpty)
        #expect(editDistance("", "abc") == 3)
    }

    @Test func durations() {
        #expect(durationSeconds("PT1H30M") == 5400)
        #expect(durationSeconds("P1DT1S") == 86_401)
        for text in ["P", "PT", "1H", "PT1", "P1H", "PT99999999999H", "Pxx"] { #expect(durationSeconds(text) == nil) }
    }
}
