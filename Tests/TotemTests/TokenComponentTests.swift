import ClusterTypes
import Testing

@testable import Totem

@Suite("Token, timers and flow control")
struct TokenComponentTests {
    private func token(flowControl: UInt32 = 0, backlog: UInt32 = 0, sequence: UInt32 = 0) -> Token {
        var token = WireFormatTests.token
        token.flowControlCount = flowControl
        token.backlog = backlog
        token.sequence = SequenceNumber(sequence)
        return token
    }

    @Test("A visit sends at most its share, and never more than is left of the window")
    func budget() {
        var budget = TokenBudget(windowSize: 50, messagesPerToken: 17)
        let share = budget.allowance(for: token(), backlog: 100, windowBase: SequenceNumber(0))
        #expect(share == 17)
        let rest = budget.allowance(for: token(flowControl: 40), backlog: 100, windowBase: SequenceNumber(0))
        #expect(rest == 10)
        let none = budget.allowance(for: token(flowControl: 60), backlog: 100, windowBase: SequenceNumber(0))
        #expect(none == 0)
    }

    @Test("What a node sent is taken off the token at its next visit")
    func account() {
        var budget = TokenBudget(windowSize: 50, messagesPerToken: 17)
        var visiting = token()
        _ = budget.allowance(for: visiting, backlog: 20, windowBase: SequenceNumber(0))
        budget.account(sent: 17, in: &visiting)
        #expect(visiting.flowControlCount == 17)
        #expect(visiting.backlog == 20)
        _ = budget.allowance(for: visiting, backlog: 0, windowBase: SequenceNumber(0))
        budget.account(sent: 3, in: &visiting)
        #expect(visiting.flowControlCount == 3)
        #expect(visiting.backlog == 0)
    }

    @Test("Nothing is sent that would overflow the window of a slow member")
    func window() {
        var budget = TokenBudget(windowSize: 50, messagesPerToken: 17)
        let atTheEdge = budget.allowance(for: token(sequence: 16_380), backlog: 9, windowBase: SequenceNumber(0))
        #expect(atTheEdge == 0)
        let wellInside = budget.allowance(for: token(sequence: 16_000), backlog: 9, windowBase: SequenceNumber(0))
        #expect(wellInside > 0)
    }

    @Test(
        "A deadline that moves later does not rearm; one that moves earlier does; an early timer is armed for the rest")
    func timers() {
        var timers = DeadlineTimers()
        var effects: [RingProtocol.Effect] = []
        let at = { (milliseconds: Int64) in Instant(nanoseconds: milliseconds * 1_000_000) }
        timers.set(.tokenLoss, at: at(100), now: at(0), into: &effects)
        timers.set(.tokenLoss, at: at(150), now: at(50), into: &effects)
        #expect(effects == [.arm(.tokenLoss, after: .milliseconds(100))])
        let isEarlyExpired = timers.expire(.tokenLoss, now: at(100), into: &effects)
        #expect(isEarlyExpired == nil)
        #expect(effects.last == .arm(.tokenLoss, after: .milliseconds(50)))
        let isExpired = timers.expire(.tokenLoss, now: at(158), into: &effects)
        #expect(isExpired == .milliseconds(8))
        let isExpiredTwice = timers.expire(.tokenLoss, now: at(159), into: &effects)
        #expect(isExpiredTwice == nil)
        effects = []
        timers.set(.join, at: at(300), now: at(200), into: &effects)
        timers.set(.join, at: at(250), now: at(200), into: &effects)
        #expect(effects == [.arm(.join, after: .milliseconds(100)), .arm(.join, after: .milliseconds(50))])
        timers.clear(.join)
        let isClearedExpired = timers.expire(.join, now: at(250), into: &effects)
        #expect(isClearedExpired == nil)
    }

    @Test("Effective intervals are derived as Corosync derives them")
    func timeouts() {
        let standard = TotemTimeouts.derived()
        #expect(standard.tokenRetransmit == .milliseconds(238))
        #expect(standard.tokenHold == .milliseconds(180))
        #expect(standard.consensus == .milliseconds(1200))
        let slow = TotemTimeouts.derived(token: .milliseconds(3000))
        #expect(slow.tokenRetransmit == .milliseconds(714))
        #expect(slow.consensus == .milliseconds(3600))
        #expect(TotemTimeouts.derived(token: .zero).tokenHold > .zero)
    }

    @Test("A ring sequence is used only when it is stored, and stored ahead")
    func reservation() {
        var reservation = RingSequenceReservation(stored: 100)
        #expect(!reservation.covers(105))
        let firstBlock = reservation.request(for: 105)
        #expect(firstBlock == 361)
        let withinBlock = reservation.request(for: 109)
        #expect(withinBlock == nil)
        #expect(!reservation.covers(105))
        reservation.confirm(361)
        #expect(reservation.covers(109))
        let nextBlock = reservation.request(for: 300)
        #expect(nextBlock == 556)
        #expect(reservation.covers(300))
        reservation.confirm(.max)
        #expect(!reservation.covers(557))
    }

    @Test("A set of nodes is ordered and has no repetition")
    func sets() {
        let nodes = { (numbers: [UInt32]) in NodeSet(numbers.map { NodeID($0) }) }
        #expect(nodes([3, 1, 3, 2]).nodes == [NodeID(1), NodeID(2), NodeID(3)])
        #expect(nodes([1, 2]).union(nodes([2, 4])) == nodes([1, 2, 4]))
        #expect(nodes([1, 2, 3]).subtracting(nodes([2])) == nodes([1, 3]))
        #expect(nodes([1]).isSubset(of: nodes([1, 2])))
        #expect(!nodes([1, 5]).isSubset(of: nodes([1, 2])))
        #expect(nodes([]).isEmpty)
    }

    @Test("A node that was left out of a ring is left alone for longer each time, until its links change")
    func shunning() {
        var shunning = Shunning()
        let node = NodeID(3)
        let at = { (milliseconds: Int64) in Instant(nanoseconds: milliseconds * 1_000_000) }
        let exclude = { (shunning: inout Shunning, now: Int64) in
            shunning.ringInstalled(
                without: NodeSet([node]), members: NodeSet([NodeID(1)]), base: .milliseconds(200), now: at(now))
        }
        exclude(&shunning, 0)
        #expect(shunning.isShunned(node, now: at(199)))
        #expect(!shunning.isShunned(node, now: at(200)))
        exclude(&shunning, 1000)
        #expect(shunning.isShunned(node, now: at(1399)))
        shunning.linksChanged(to: node)
        #expect(!shunning.isShunned(node, now: at(1399)))
    }
}
