import Testing

@testable import LocalServices

/// The table of connections beside the library's dictionary.
struct ClientTableTests {
    @Test func holdsWhatADictionaryHolds() {
        var table = ClientTable<Int>()
        var dictionary: [ClientID: Int] = [:]
        var state: UInt64 = 1
        for step in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // Numbers far apart share a place, so that gaps must be closed.
            let id = ClientID((state >> 33) % 40 * ((state >> 60) % 2 == 0 ? 1 : 64))
            switch (state >> 40) % 4 {
            case 0:
                table[id] = step
                dictionary[id] = step
            case 1:
                table.update(id) { $0 += 1 }
                dictionary[id]? += 1
            case 2: #expect(table.removeValue(forKey: id) == dictionary.removeValue(forKey: id))
            default: #expect(table[id] == dictionary[id])
            }
            #expect(table.count == dictionary.count)
        }
        #expect(table.values.sorted() == dictionary.values.sorted())
        for (id, value) in dictionary { #expect(table[id] == value) }
    }

    @Test func growsWithItsConnections() {
        var table = ClientTable<UInt64>()
        for number in 1...10_000 as ClosedRange<UInt64> { table[ClientID(number)] = number }
        for number in 1...5_000 as ClosedRange<UInt64> { table[ClientID(number)] = nil }
        #expect(table.count == 5_000)
        #expect(table[ClientID(5_000)] == nil)
        #expect(table[ClientID(5_001)] == 5_001)
        #expect(table[ClientID(10_000)] == 10_000)
    }
}
