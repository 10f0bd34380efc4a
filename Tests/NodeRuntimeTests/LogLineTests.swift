import ClusterConfiguration
import ClusterTypes
import NodeRuntime
import Testing

struct LogLineTests {
    @Test("a line has time, node, process, level and text")
    func form() {
        let line = LogLine(
            time: WallTime(seconds: 1_772_366_400, nanoseconds: 7_900_000), level: .warning, text: "look here")
        #expect(
            line.rendered(node: "alpha", processID: 42)
                == "2026-03-01T12:00:00.007Z alpha lockstepd[42] warning: look here\n")
    }

    @Test("the time is as exact as the settings say")
    func timestamps() {
        let line = LogLine(time: WallTime(seconds: 1_772_366_400, nanoseconds: 7_900_000), level: .notice, text: "x")
        #expect(
            line.rendered(node: "n", processID: 1, timestamp: .on) == "2026-03-01T12:00:00Z n lockstepd[1] notice: x\n")
        #expect(line.rendered(node: "n", processID: 1, timestamp: .off) == "n lockstepd[1] notice: x\n")
    }

    @Test("text from outside stays on one line")
    func oneLine() {
        let line = LogLine(time: WallTime(seconds: 0), level: .notice, text: "a\nb\u{1b}[31mc\u{7f}é")
        #expect(line.rendered(node: "n", processID: 1).hasSuffix("notice: a\\nb?[31mc?é\n"))
    }
}
