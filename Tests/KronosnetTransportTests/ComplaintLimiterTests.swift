import ClusterTypes
import Testing

@testable import KronosnetTransport

struct ComplaintLimiterTests {
    private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

    @Test("the same complaint passes once a minute, another one at once")
    func repeated() {
        var limiter = ComplaintLimiter()
        let complaints: [(text: String, second: Int64)] = [("a", 0), ("a", 59), ("b", 59), ("a", 60)]
        let passed = complaints.map { limiter.admits($0.text, at: at($0.second)) }
        #expect(passed == [true, false, true, true])
    }

    @Test("a flood of different complaints ends, and later ones pass again")
    func flood() {
        var limiter = ComplaintLimiter()
        let passed = (0..<10_000).count { limiter.admits("complaint \($0)", at: at(1)) }
        let passesLater = limiter.admits("later", at: at(62))
        #expect(passed == 32)
        #expect(passesLater)
    }
}
