package import ClusterTypes

/// Identifies a timer of one queue; never used twice.
package struct TimerID: Hashable, Sendable {
    fileprivate let slot: Int
    fileprivate let generation: UInt64
}

/// Timers in the order of their deadlines; equal deadlines in the order in which they were set.
///
/// A binary heap of slot numbers. Each slot knows its place in the heap, so a cancellation removes its entry at once:
/// a timer that is set again thousands of times a second, as the token's are, leaves nothing behind.
/// Setting, cancelling and taking cost O(log n).
package struct TimerQueue<Payload> {
    private struct Slot {
        var generation: UInt64
        var deadline: Instant
        var payload: Payload?
        var place: Int
    }

    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var heap: [Int] = []
    private var lastGeneration: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { heap.isEmpty }
    package var count: Int { heap.count }

    /// The earliest deadline, or `nil` when no timer is set.
    package var nextDeadline: Instant? { heap.first.map { slots[$0].deadline } }

    /// Sets a timer.
    package mutating func insert(_ payload: Payload, at deadline: Instant) -> TimerID {
        lastGeneration += 1
        let entry = Slot(generation: lastGeneration, deadline: deadline, payload: payload, place: heap.count)
        let slot: Int
        if let free = freeSlots.popLast() {
            slot = free
            slots[free] = entry
        } else {
            slot = slots.count
            slots.append(entry)
        }
        heap.append(slot)
        siftUp(from: heap.count - 1)
        return TimerID(slot: slot, generation: lastGeneration)
    }

    /// Removes a timer; `nil` when it has fired or was cancelled before.
    @discardableResult
    package mutating func remove(_ timer: TimerID) -> Payload? {
        guard slots.indices.contains(timer.slot), slots[timer.slot].generation == timer.generation,
            slots[timer.slot].payload != nil
        else { return nil }
        return removeEntry(at: slots[timer.slot].place)
    }

    /// Takes the earliest timer whose deadline is not after `now`.
    package mutating func popDue(at now: Instant) -> Payload? {
        guard let first = heap.first, slots[first].deadline <= now else { return nil }
        return removeEntry(at: 0)
    }

    private mutating func removeEntry(at place: Int) -> Payload? {
        let slot = heap[place]
        swapEntries(place, heap.count - 1)
        heap.removeLast()
        if place < heap.count {
            siftDown(from: place)
            siftUp(from: place)
        }
        freeSlots.append(slot)
        defer { slots[slot].payload = nil }
        return slots[slot].payload
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (slots[heap[left]], slots[heap[right]])
        return (a.deadline, a.generation) < (b.deadline, b.generation)
    }

    private mutating func swapEntries(_ left: Int, _ right: Int) {
        heap.swapAt(left, right)
        slots[heap[left]].place = left
        slots[heap[right]].place = right
    }

    private mutating func siftUp(from start: Int) {
        var place = start
        while place > 0, precedes(place, (place - 1) / 2) {
            swapEntries(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func siftDown(from start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && precedes(child, least) {
                least = child
            }
            if least == place { return }
            swapEntries(place, least)
            place = least
        }
    }
}
