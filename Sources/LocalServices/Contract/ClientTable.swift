/// Values by connection: a hash table for numbers that are given one after the other.
///
/// Every message looks up some of its connections; the library's dictionary, which stands up to keys that others choose, takes ten
/// times as long for that.
struct ClientTable<Value: Sendable>: Sendable {
    private struct Entry {
        let id: ClientID
        var value: Value
    }

    private var entries: [Entry] = []
    /// Where in `entries` a connection is, -1 for nothing: a power of two of places, of which at most half are taken. A connection
    /// has the place that its number names, or the next free one.
    private var places = [Int32](repeating: -1, count: 16)

    var count: Int { entries.count }
    /// In no order.
    var values: [Value] { entries.map(\.value) }

    subscript(id: ClientID) -> Value? {
        get {
            let index = self.index(atPlace: place(of: id))
            return index < 0 ? nil : entries[index].value
        }
        set {
            let place = place(of: id)
            let index = self.index(atPlace: place)
            switch (newValue, index < 0) {
            case (let value?, false): entries[index].value = value
            case (let value?, true): add(Entry(id: id, value: value), at: place)
            case (nil, false): remove(index, at: place)
            case (nil, true): break
            }
        }
    }

    /// Changes a value in place; does nothing when there is none.
    mutating func update(_ id: ClientID, _ change: (inout Value) -> Void) {
        let index = self.index(atPlace: place(of: id))
        if index >= 0 { change(&entries[index].value) }
    }

    /// Looks at a value without copying it; `nil` when there is none.
    func read<Part>(_ id: ClientID, _ look: (borrowing Value) -> Part) -> Part? {
        let index = self.index(atPlace: place(of: id))
        return index < 0 ? nil : look(entries[index].value)
    }

    @discardableResult
    mutating func removeValue(forKey id: ClientID) -> Value? {
        let removed = self[id]
        self[id] = nil
        return removed
    }

    private func index(atPlace place: Int) -> Int { Int(places[place]) }
    private func home(_ id: ClientID) -> Int { Int(truncatingIfNeeded: id.rawValue) & (places.count - 1) }
    private func next(_ place: Int) -> Int { (place + 1) & (places.count - 1) }

    /// The place that a connection has, or would get.
    private func place(of id: ClientID) -> Int {
        var place = home(id)
        while places[place] >= 0, entries[index(atPlace: place)].id != id { place = next(place) }
        return place
    }

    private mutating func add(_ entry: Entry, at place: Int) {
        places[place] = Int32(entries.count)
        entries.append(entry)
        if entries.count * 2 > places.count {
            places = [Int32](repeating: -1, count: places.count * 2)
            for index in entries.indices { places[self.place(of: entries[index].id)] = Int32(index) }
        }
    }

    /// The last entry moves to where the removed one was.
    private mutating func remove(_ index: Int, at place: Int) {
        let last = entries.count - 1
        if index < last {
            places[self.place(of: entries[last].id)] = Int32(index)
            entries.swapAt(index, last)
        }
        places[place] = -1
        entries.removeLast()
        closeGap(at: place)
    }

    /// Moves up what would not be found any more because the place before it is free now.
    private mutating func closeGap(at start: Int) {
        var gap = start
        var place = next(gap)
        let mask = places.count - 1
        while places[place] >= 0 {
            let home = home(entries[index(atPlace: place)].id)
            if (place - home) & mask >= (place - gap) & mask {
                places[gap] = places[place]
                places[place] = -1
                gap = place
            }
            place = next(place)
        }
    }
}
