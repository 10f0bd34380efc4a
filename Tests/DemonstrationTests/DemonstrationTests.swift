import ClusterClient
import Demonstration
import JSONText
import Testing

@Suite struct ServiceProbeTests {
    @Test func theBodyIsWhatFollowsTheHeaders() {
        #expect(successfulBody(of: Array("HTTP/1.0 200 OK\r\nA: b\r\n\r\nn1\nrest".utf8)) == "n1\nrest")
    }

    @Test func anythingButSuccessIsNoAnswer() {
        #expect(successfulBody(of: Array("HTTP/1.0 404 Not Found\r\n\r\nn1\n".utf8)) == nil)
        #expect(successfulBody(of: Array("HTTP/1.0 200 OK\r\n".utf8)) == nil)
        #expect(successfulBody(of: []) == nil)
    }
}

@Suite struct FailoverTimelineTests {
    private func event(_ seconds: Double, _ name: String, _ fields: KeyValuePairs<String, JSON?>) -> TimelineEvent {
        TimelineEvent(seconds: seconds, name: name, fields: .object(fields))
    }

    @Test func tellsTheStoryInTheOrderOfTime() {
        var timeline = FailoverTimeline(death: 100)
        timeline.note(.milliseconds(900), "first answer from n2")
        timeline.note(event(100.5, "fencing-succeeded", ["target": .string("n1")]))
        timeline.note(event(100.025, "node-lost", ["node": .string("n1")]))
        timeline.note(event(100.6, "quorum-changed", ["quorate": .bool(true)]))
        timeline.note(event(99, "node-lost", ["node": .string("n3")]))
        #expect(
            timeline.lines == [
                "+0.000 s  death: n1 killed", "+0.025 s  detected: n1 is lost",
                "+0.500 s  fenced: n1 is certainly off", "+0.900 s  first answer from n2",
            ])
    }
}
