internal import ClusterTypes

/// The future of the simulated world: what happens when, in the order of time and, within a moment, of insertion.
struct EventQueue<Payload> {
    private struct Entry {
        var time: Int64
        var order: UInt64
        var slot: Int
    }

    /// A binary heap of small entries; the payloads stay where they are.
    private var heap: [Entry] = []
    private var slots: [Payload?] = []
    private var free: [Int] = []
    private var nextOrder: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }

    mutating func push(_ payload: Payload, at time: Instant) {
        let slot: Int
        if let reused = free.popLast() {
            slots[reused] = payload
            slot = reused
        } else {
            slots.append(payload)
            slot = slots.count - 1
        }
        heap.append(Entry(time: time.nanoseconds, order: nextOrder, slot: slot))
        nextOrder += 1
        siftUp(heap.count - 1)
    }

    /// The next event, unless it comes after `limit`.
    mutating func pop(until limit: Instant) -> (time: Instant, payload: Payload)? {
        guard let first = heap.first, first.time <= limit.nanoseconds else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            siftDown()
        }
        guard let payload = slots[first.slot] else { preconditionFailure("every entry has a payload") }
        slots[first.slot] = nil
        free.append(first.slot)
        return (Instant(nanoseconds: first.time), payload)
    }

    private func comes(_ left: Int, before right: Int) -> Bool {
        let (a, b) = (heap[left], heap[right])
        return a.time != b.time ? a.time < b.time : a.order < b.order
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard comes(child, before: parent) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if comes(child, before: smallest) { smallest = child }
            }
            if smallest == parent { return }
            heap.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
