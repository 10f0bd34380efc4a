import ClusterTypes
import EventLoop
import Testing

struct TimerQueueTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    @Test("timers come out by deadline, equal deadlines in the order of setting")
    func order() {
        var queue = TimerQueue<String>()
        for (name, time) in [("c", 30), ("a", 10), ("d", 30), ("b", 20)] {
            _ = queue.insert(name, at: at(Int64(time)))
        }
        var taken: [String] = []
        while let name = queue.popDue(at: at(30)) { taken.append(name) }
        #expect(taken == ["a", "b", "c", "d"])
        #expect(queue.isEmpty)
    }

    @Test("nothing is due before its deadline")
    func notEarly() {
        var queue = TimerQueue<Int>()
        _ = queue.insert(1, at: at(10))
        #expect(queue.popDue(at: Instant(nanoseconds: 9_999_999)) == nil)
        #expect(queue.popDue(at: at(10)) == 1)
    }

    @Test("a cancelled timer is gone at once, and an old name never removes a new timer")
    func cancellation() {
        var queue = TimerQueue<Int>()
        let first = queue.insert(1, at: at(10))
        #expect(queue.remove(first) == 1)
        #expect(queue.isEmpty)
        let second = queue.insert(2, at: at(20))
        #expect(queue.remove(first) == nil)
        #expect(queue.remove(second) == 2)
        #expect(queue.nextDeadline == nil)
    }

    @Test("a thousand random settings and cancellations agree with a sorted list")
    func agreesWithModel() {
        var generator = SeededGenerator(seed: 7)
        var queue = TimerQueue<Int>()
        var model: [(deadline: Int64, number: Int, timer: TimerID)] = []
        for number in 0..<1000 {
            if generator.below(3) == 0, !model.isEmpty {
                let victim = model.remove(at: generator.below(model.count))
                #expect(queue.remove(victim.timer) == victim.number)
            } else {
                let deadline = Int64(generator.below(50))
                model.append((deadline, number, queue.insert(number, at: at(deadline))))
            }
        }
        model.sort { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
        var taken: [Int] = []
        while let number = queue.popDue(at: at(50)) { taken.append(number) }
        #expect(taken == model.map(\.number))
    }
}
