import ClusterTypes
import Testing

@testable import KronosnetTransport

struct RefusedLinksTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("A node's daemon is gone when all its links were refused within a second")
    func allLinks() {
        var links = RefusedLinks([(NodeID(2), ["10.0.0.2", "10.1.0.2"]), (NodeID(3), ["10.0.0.3"])])
        let answers: [(host: String, milliseconds: Int64)] = [
            ("10.0.0.2", 0), ("10.0.0.9", 1), ("10.0.0.3", 2), ("10.1.0.2", 1500), ("10.0.0.2", 1600),
        ]
        let gone = answers.map { links.refused($0.host, at: at($0.milliseconds)) }
        #expect(gone == [nil, nil, NodeID(3), nil, NodeID(2)])
    }

    @Test("An address that two nodes share says nothing")
    func shared() {
        var links = RefusedLinks([(NodeID(2), ["127.0.0.1"]), (NodeID(3), ["127.0.0.1"])])
        let gone = links.refused("127.0.0.1", at: at(0))
        #expect(gone == nil)
    }
}
