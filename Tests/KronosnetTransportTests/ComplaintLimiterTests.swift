import ClusterTypes
import Testing

@testable import KronosnetTransport

struct ComplaintLimiterTests {
    private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test("the same complaint passes once a minute, another one at once")
    func repeated() {
        var limiter = ComplaintLimiter()
        #expect(limiter.admits("a", at: at(0)))
        #expect(!limiter.admits("a", at: at(59)))
        #expect(limiter.admits("b", at: at(59)))
        #expect(limiter.admits("a", at: at(60)))
    }

    @Test("a flood of different complaints ends, and later ones pass again")
    func flood() {
        var limiter = ComplaintLimiter()
        let passed = (0..<10_000).count { limiter.admits("complaint \($0)", at: at(1)) }
        #expect(passed == 32)
        #expect(limiter.admits("later", at: at(62)))
    }
}
