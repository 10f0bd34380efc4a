import Testing

@testable import ClusterConfiguration

@Suite struct ConfigurationMapTests {
    @Test func keysAreKeptInOrder() throws {
        var map = ConfigurationMap()
        for key in ["b.x", "a.y", "a.x.z", "a.x", "a-x", "a.x.a"] { try map.set(key, to: .uint8(1)) }
        #expect(map.entries.map(\.key) == ["a-x", "a.x", "a.x.a", "a.x.z", "a.y", "b.x"])
        #expect(map.entries(withPrefix: "a.x").map(\.key) == ["a.x", "a.x.a", "a.x.z"])
        #expect(map.entries(withPrefix: "").count == 6)
        #expect(map.entries(withPrefix: "c").isEmpty)
        #expect(map.key(after: "a.x")?.key == "a.x.a")
        #expect(map.key(after: "a.x.zz")?.key == "a.y")
        #expect(map.key(after: "b.x") == nil)
    }

    @Test func changesTellTheOldAndTheNewValue() throws {
        var map = ConfigurationMap()
        #expect(try map.set("a.b", to: .uint8(1)) == MapChange(key: "a.b", old: nil, new: .uint8(1)))
        #expect(try map.set("a.b", to: .uint8(1)) == nil)
        #expect(
            try map.set("a.b", to: .string("x")) == MapChange(key: "a.b", old: .uint8(1), new: .string("x")))
        #expect(map.remove("a.b") == MapChange(key: "a.b", old: .string("x"), new: nil))
        #expect(map.remove("a.b") == nil)
    }

    @Test(arguments: ["ab", "", "a b c", "a.b\u{e9}", "a.b=c", "a;bc", String(repeating: "a", count: 256)])
    func aKeyThatBreaksTheRulesIsRefused(key: String) {
        var map = ConfigurationMap()
        #expect(throws: MapFailure.invalidKey) { try map.set(key, to: .uint8(1)) }
        #expect(map.entries.isEmpty)
    }

    @Test(arguments: ["abc", "a.b_c-d/e:f0", "Z9.", String(repeating: "a", count: 255)])
    func aKeyWithinTheRulesIsTaken(key: String) throws {
        var map = ConfigurationMap()
        try map.set(key, to: .uint8(1))
        #expect(map[key] == .uint8(1))
    }

    @Test func valuesHaveTheLengthOfTheirKind() {
        #expect(MapValue(kind: .uint16, bytes: [1, 2]) != nil)
        #expect(MapValue(kind: .uint16, bytes: [1]) == nil)
        #expect(MapValue(kind: .double, bytes: [1, 2, 3, 4]) == nil)
        #expect(MapValue(kind: .binary, bytes: [])?.bytes == [])
        #expect(MapValue(kind: .binary, bytes: ArraySlice(repeating: 7, count: 16_385)) == nil)
        // A string may come with or without its zero, or with something after it.
        #expect(MapValue(kind: .string, bytes: [0x68, 0x69]) == .string("hi"))
        #expect(MapValue(kind: .string, bytes: [0x68, 0x69, 0, 0x70]) == .string("hi"))
        #expect(MapValue.string("hi").bytes == [0x68, 0x69, 0])
    }

    @Test func integersAreAdjustedWithinTheirKind() {
        #expect(MapValue.uint8(255).adjusted(by: 1) == .uint8(0))
        #expect(MapValue.int8(-128).adjusted(by: -1) == .int8(127))
        #expect(MapValue.uint32(5).adjusted(by: -2) == .uint32(3))
        #expect(MapValue.uint64(0).adjusted(by: -1) == .uint64(.max))
        #expect(MapValue.string("1").adjusted(by: 1) == nil)
        #expect(MapValue.float(1).adjusted(by: 1) == nil)
    }

    @Test func trackersHearOfWhatTheyAskedFor() {
        var tracking = MapTracking<Int>()
        tracking.add(1, key: "a.b", events: [.add, .delete, .modify])
        tracking.add(2, key: "a.", events: [.modify, .prefix])
        tracking.add(3, key: "", events: [.delete, .prefix])
        let added = MapChange(key: "a.b", old: nil, new: .uint8(1))
        let modified = MapChange(key: "a.b", old: .uint8(1), new: .uint8(2))
        let deleted = MapChange(key: "a.b", old: .uint8(1), new: nil)
        #expect([added, modified, deleted].map { tracking.trackers(of: $0) } == [[1], [1, 2], [1, 3]])
        #expect([added, modified, deleted].map(\.event) == [4, 2, 1])
        #expect(tracking.trackers(of: MapChange(key: "a.bc", old: .uint8(1), new: nil)) == [3])
        tracking.remove { $0 == 1 }
        #expect(tracking.trackers(of: added).isEmpty)
    }

    @Test func whatCorosyncProtectsIsReadOnly() {
        let rules = ReadOnlyKeys.corosync
        let protected = [
            "runtime.config.totem.token", "nodelist.node.0.name", "totem.version", "quorum.wait_for_all", "system.x",
        ]
        let free = ["totem.token", "quorum.expected_votes", "runtime.force_gather", "totem.versions", "a.b.c"]
        #expect(protected.allSatisfy { rules.contains($0) })
        #expect(!free.contains { rules.contains($0) })
    }

    @Test func aReplacedPartTellsRemovalsFirst() throws {
        var old = ConfigurationMap()
        var new = ConfigurationMap()
        for (key, value) in [("totem.a", 1), ("totem.b", 1), ("totem.c", 1), ("user.a", 1)] {
            try old.set(key, to: .uint8(UInt8(value)))
        }
        for (key, value) in [("totem.b", 2), ("totem.c", 1), ("totem.d", 1), ("other.a", 1)] {
            try new.set(key, to: .uint8(UInt8(value)))
        }
        let changes = old.replace(prefixes: ["totem."], with: new)
        #expect(
            changes == [
                MapChange(key: "totem.a", old: .uint8(1), new: nil),
                MapChange(key: "totem.b", old: .uint8(1), new: .uint8(2)),
                MapChange(key: "totem.d", old: nil, new: .uint8(1)),
            ])
        #expect(old.entries.map(\.key) == ["totem.b", "totem.c", "totem.d", "user.a"])
    }

    @Test func thereIsALimitToTheNumberOfKeys() throws {
        var map = ConfigurationMap()
        for number in 0..<ConfigurationMap.countLimit { map.put("key.\(10_000_000 + number)", .uint8(0)) }
        #expect(throws: MapFailure.tooManyKeys) { try map.set("one.more", to: .uint8(0)) }
        #expect(try map.set("key.10000000", to: .uint8(1)) != nil)
    }
}
