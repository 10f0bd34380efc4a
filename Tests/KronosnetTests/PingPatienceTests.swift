import ClusterTypes
import Testing

@testable import Kronosnet

@Suite struct PingPatienceTests {
    private var patience = PingPatience()
    private static let node = NodeID(2)

    private mutating func look(
        _ second: Int, sent: UInt64, answered: UInt64, downs: UInt64 = 0, isConnected: Bool = true
    ) -> Bool? {
        let count = PingPatience.Count(sent: sent, answered: answered, downs: downs, isConnected: isConnected)
        return patience.look(at: Self.node, count, now: .origin + .seconds(Int64(second)))
    }

    @Test mutating func pingsOnTheirWayAreNotLost() {
        let changes = (0...30).map { look($0, sent: UInt64($0) * 5 + 5, answered: UInt64($0 * 5 + 3 + $0 % 3)) }
        #expect(changes.allSatisfy { $0 == nil })
    }

    @Test mutating func aLostPingOnALinkThatWorksMeansPatience() {
        for second in 0..<10 { #expect(look(second, sent: UInt64(second) * 5, answered: UInt64(second) * 5) == nil) }
        let changes = (10..<20).map { look($0, sent: UInt64($0) * 5, answered: UInt64($0) * 5 - 1) }
        #expect(changes.compactMap { $0 } == [true])
        let later = 20 + Int(PingPatience.memory.milliseconds / 1000)
        #expect(look(later, sent: 100, answered: 99) == false)
    }

    @Test mutating func theLastPingsToADeadNodeAreNoLosses() {
        for second in 0..<10 { #expect(look(second, sent: UInt64(second) * 5, answered: UInt64(second) * 5) == nil) }
        #expect(look(10, sent: 50, answered: 46) == nil)
        #expect(look(11, sent: 55, answered: 46) == nil)
        #expect(look(12, sent: 60, answered: 46, downs: 1, isConnected: false) == nil)
        for second in 13..<30 {
            #expect(look(second, sent: UInt64(second) * 5, answered: UInt64(second) * 5 - 14, downs: 1) == nil)
        }
    }

    @Test mutating func aResetOfTheCountersIsNoLoss() {
        for second in 0..<10 {
            #expect(look(second, sent: UInt64(second) * 5, answered: UInt64(second) * 5 - 0) == nil)
        }
        for second in 0..<10 {
            #expect(look(10 + second, sent: UInt64(second) * 5, answered: UInt64(second) * 5) == nil)
        }
    }
}
