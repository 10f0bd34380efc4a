import ClusterConfiguration
import ClusterTypes
import Messaging
import Testing
import Totem

@testable import LocalServices

@Suite struct ConfigurationMapServiceTests {
    private typealias Function = MapRequest.Function
    private static let uint32: UInt8 = 6

    private func set(
        _ world: inout ServiceWorld, _ client: LocalClient, _ key: String, _ kind: UInt8, _ value: [UInt8]
    ) -> ServiceError? {
        world.ask(client, Function.set) {
            $0.mapName(Array(key.utf8))
            $0.uint64(UInt64(value.count))
            $0.padded(UInt32(kind))
            $0.append(value)
        }?.error
    }

    private func get(_ world: inout ServiceWorld, _ client: LocalClient, _ key: String, room: UInt64)
        -> ServiceWorld.Answer?
    {
        world.ask(client, Function.get) {
            $0.mapName(Array(key.utf8))
            $0.uint64(room)
        }
    }

    @Test func aValueIsSetReadAndDeleted() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        #expect(set(&world, client, "a.b", Self.uint32, [5, 0, 0, 0]) == .ok)
        let length = get(&world, client, "a.b", room: 0)
        #expect(length?.error == .ok && length?.number(24) == 4 && length?.bytes[32] == 6 && length?.bytes.count == 40)
        let value = get(&world, client, "a.b", room: 4)
        #expect(value?.number(40) == 5 && value?.isOfStatedSize == true)
        #expect(get(&world, client, "a.b", room: 3)?.error == .invalidParameter)
        let deletion = world.ask(client, Function.delete) { $0.mapName(Array("a.b".utf8)) }
        #expect(deletion?.error == .ok)
        #expect(get(&world, client, "a.b", room: 4)?.error == .notExist)
        #expect(world.ask(client, Function.delete) { $0.mapName(Array("a.b".utf8)) }?.error == .notExist)
    }

    @Test func whatIsWrongIsRefusedAsCorosyncDoes() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        #expect(set(&world, client, "ab", Self.uint32, [5, 0, 0, 0]) == .nameTooLong)
        #expect(set(&world, client, "a b", Self.uint32, [5, 0, 0, 0]) == .nameTooLong)
        #expect(set(&world, client, "a.b", Self.uint32, [5, 0, 0]) == .invalidParameter)
        #expect(set(&world, client, "a.b", 99, [5]) == .invalidParameter)
        #expect(set(&world, client, "runtime.config.totem.token", Self.uint32, [5, 0, 0, 0]) == .access)
        #expect(world.ask(client, 77)?.error == .invalidParameter)
    }

    @Test func integersCountUpAndDown() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        #expect(set(&world, client, "a.b", Self.uint32, [5, 0, 0, 0]) == .ok)
        for step: Int32 in [1, 1, -1] {
            let answer = world.ask(client, Function.adjust) {
                $0.mapName(Array("a.b".utf8))
                $0.padded(UInt32(bitPattern: step))
            }
            #expect(answer?.error == .ok)
        }
        #expect(get(&world, client, "a.b", room: 4)?.number(40) == 6)
    }

    @Test func iteratorsShowWhatWasThereWhenTheyBegan() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        for key in ["x.b", "x.a", "y.a"] { #expect(set(&world, client, key, 2, [1]) == .ok) }
        let begin = world.ask(client, Function.iterate) { $0.mapName(Array("x.".utf8)) }
        let handle = UInt64(begin?.number(24) ?? 0)
        _ = world.ask(client, Function.delete) { $0.mapName(Array("x.b".utf8)) }
        var keys: [String] = []
        while let answer = world.ask(client, Function.next, { $0.uint64(handle) }), answer.error == .ok {
            #expect(answer.isOfStatedSize && answer.bytes.count == 24 + 280)
            keys.append(answer.text(32))
        }
        #expect(keys == ["x.a", "x.b"])
        #expect(world.ask(client, Function.endIteration) { $0.uint64(handle) }?.error == .ok)
        #expect(world.ask(client, Function.endIteration) { $0.uint64(handle) }?.error == .badHandle)
        let empty = world.ask(client, Function.iterate) { $0.mapName(Array("z.".utf8)) }
        #expect(empty?.error == .ok)
        #expect(world.ask(client, Function.next) { $0.uint64(UInt64(empty?.number(24) ?? 0)) }?.error == .noSections)
    }

    @Test func trackersHearOfChangesByOthers() {
        var world = ServiceWorld()
        let (tracker, other) = (world.connect(.configurationMap), world.connect(.configurationMap))
        let answer = world.ask(tracker, Function.track) {
            $0.mapName(Array("a.".utf8))
            $0.padded(15)
            $0.uint64(0xABCD)
        }
        let number = UInt64(answer?.number(24) ?? 0)
        #expect(answer?.error == .ok && number > 0)
        #expect(set(&world, other, "a.b", Self.uint32, [5, 0, 0, 0]) == .ok)
        #expect(set(&world, other, "a.b", 2, [1]) == .ok)
        #expect(set(&world, other, "b.b", 2, [1]) == .ok)
        let events = world.takeEvents(tracker)
        #expect(events.map { $0.number(24) } == [0xABCD, 0xABCD])
        #expect(events.map { $0.text(40) } == ["a.b", "a.b"])
        #expect(events.map { $0.number(296) } == [4, 2])
        #expect(events.allSatisfy { $0.isOfStatedSize })
        // New and old type, lengths and values of the modification.
        #expect(events.last?.bytes[304] == 2 && events.last?.bytes[312] == 6)
        #expect(events.last?.number(320) == 1 && events.last?.number(328) == 4)
        #expect(events.last.map { Array($0.bytes[336...]) } == [1, 5, 0, 0, 0])
        let end = world.ask(tracker, Function.endTracking) { $0.uint64(number) }
        #expect(end?.error == .ok && end?.number(24) == 0xABCD)
        #expect(set(&world, other, "a.b", 2, [2]) == .ok)
        #expect(world.takeEvents(tracker).isEmpty)
    }

    @Test func statisticsAreGatheredOnDemandAndCannotBeSet() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        #expect(world.ask(client, Function.chooseMap) { $0.padded(1) }?.error == .ok)
        #expect(get(&world, client, "stats.srp.gather_entered", room: 8) == nil)
        #expect(world.requests == [.observeTransport])
        world.receive(
            .transportObserved(
                TransportObservation(counters: [.init(key: "node2.link0.mtu", value: .uint32(1446))])))
        #expect(get(&world, client, "stats.knet.node2.link0.mtu", room: 4)?.number(40) == 1446)
        #expect(get(&world, client, "stats.srp.gather_entered", room: 8)?.number(40) ?? 0 > 0)
        #expect(get(&world, client, "stats.ipcs.global.active", room: 8)?.number(40) == 1)
        #expect(set(&world, client, "stats.srp.mcast_tx", 8, [0, 0, 0, 0, 0, 0, 0, 0]) == .access)
        #expect(set(&world, client, "stats.clear.all", 11, [0x61]) == .ok)
        #expect(set(&world, client, "stats.clear.nothing", 11, [0x61]) == .notSupported)
        #expect(get(&world, client, "stats.srp.gather_entered", room: 8) == nil)
        world.receive(.transportObserved(TransportObservation()))
        #expect(get(&world, client, "stats.srp.gather_entered", room: 8)?.number(40) == 0)
    }

    @Test func theMapIsChangedOnlyWithoutOpenHandles() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        _ = world.ask(client, Function.track) {
            $0.mapName(Array("a.".utf8))
            $0.padded(15)
            $0.uint64(1)
        }
        #expect(world.ask(client, Function.chooseMap) { $0.padded(1) }?.error == .busy)
        let second = world.connect(.configurationMap)
        #expect(world.ask(second, Function.chooseMap) { $0.padded(2) }?.error == .notExist)
    }

    @Test func membersAreListed() {
        var map = ConfigurationMap(readOnly: .corosync)
        map.put("nodelist.node.0.nodeid", .uint32(1))
        map.put("nodelist.node.0.ring0_addr", .string("10.0.0.1"))
        let world = ServiceWorld(map: map)
        let shown = world.daemon.configurationMap.map
        #expect(shown["runtime.members.1.status"] == .string("joined"))
        #expect(shown["runtime.members.1.ip"] == .string("r(0) ip(10.0.0.1) "))
        #expect(shown["runtime.members.1.join_count"] == .uint32(1))
    }

    @Test func noRequestStopsTheService() {
        var generator = SeededGenerator(seed: 5)
        var world = ServiceWorld()
        for service in [LocalServiceKind.configurationMap, .configuration] {
            let client = world.connect(service)
            for round in 0..<6000 {
                var bytes = (0..<Int.random(in: 0...340, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                if bytes.count >= 24 {
                    for index in 0..<8 { bytes[index] = index == 0 ? UInt8(round % 14) : 0 }
                    // Mostly a name of a believable length.
                    if round % 3 > 0 { for index in 16..<24 { bytes[index] = index == 16 ? bytes[index] % 12 : 0 } }
                }
                world.receive(.clientRequested(ByteStrings(bytes), by: client))
                if round % 50 == 0 { world.receive(.transportObserved(TransportObservation())) }
            }
        }
        #expect(world.daemon.configurationMap.map.entries.allSatisfy { ConfigurationMap.isValid(key: $0.key) })
    }

    @Test func whoTracksStatisticsIsToldOfProgramsAtOnce() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        #expect(world.ask(client, Function.chooseMap) { $0.uint32(1) }?.error == .ok)
        #expect(
            world.ask(client, Function.track) {
                $0.mapName(Array("stats.ipcs.".utf8))
                $0.padded(4 | 1 | 8)
                $0.uint64(1)
            } == nil)
        world.receive(.transportObserved(TransportObservation()))
        _ = world.takeEvents(client)
        let other = world.connect(.processGroups)
        let came = world.takeEvents(client)
        #expect(came.count == 13)
        world.receive(.clientDisconnected(other))
        #expect(world.takeEvents(client).count == 13)
        // The next gathering has nothing to add.
        world.receive(.timerFired(.statisticsTracking))
        world.receive(.transportObserved(TransportObservation()))
        #expect(!world.takeEvents(client).contains { $0.bytes.count == came.first?.bytes.count })
    }

    // MARK: Settings

    private func tuned(_ world: inout ServiceWorld, _ runtime: [(String, MapValue)]) {
        var map = ConfigurationMap()
        for (key, value) in runtime { map.put("runtime.config.\(key)", value) }
        let ring = RingSettings(node: NodeID(1), peers: [], reportsReachability: false)
        world.receive(
            .tuned(.init(map: map, ring: ring, quorum: QuorumRules(expectedVotes: 1), version: 0)))
    }

    @Test func aSettingIsTriedBeforeItIsStored() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        #expect(set(&world, client, "totem.token", Self.uint32, [0x88, 0x13, 0, 0]) == nil, "not answered yet")
        var changes = LiveChanges()
        changes.set("totem.token", to: "5000")
        #expect(world.requests == [.tune(changes)])
        #expect(world.daemon.configurationMap.map["totem.token"] == nil)
        tuned(&world, [("totem.token", .uint32(5000))])
        #expect(world.answers[client.id]?.first.map { ServiceWorld.Answer(bytes: $0).error } == .ok)
        #expect(world.daemon.configurationMap.map["totem.token"] == .uint32(5000))
        #expect(world.daemon.configurationMap.map["runtime.config.totem.token"] == .uint32(5000))
    }

    @Test func anImpossibleSettingIsRefusedAndForgotten() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        #expect(set(&world, client, "totem.token", Self.uint32, [1, 0, 0, 0]) == nil)
        world.receive(.tuned(nil))
        #expect(world.answers[client.id]?.first.map { ServiceWorld.Answer(bytes: $0).error } == .invalidParameter)
        #expect(world.daemon.configurationMap.map["totem.token"] == nil)
        #expect(set(&world, client, "totem.merge", Self.uint32, [200, 0, 0, 0]) == nil)
        var changes = LiveChanges()
        changes.set("totem.merge", to: "200")
        #expect(world.requests.last == .tune(changes))
    }

    @Test func settingsOfSeveralProgramsAreTriedOneByOneAndAddUp() {
        var world = ServiceWorld()
        let (first, second) = (world.connect(.configurationMap), world.connect(.configurationMap))
        #expect(set(&world, first, "totem.merge", Self.uint32, [200, 0, 0, 0]) == nil)
        #expect(set(&world, second, "totem.join", Self.uint32, [60, 0, 0, 0]) == nil)
        #expect(world.requests.count == 1)
        tuned(&world, [])
        var both = LiveChanges()
        both.set("totem.merge", to: "200")
        both.set("totem.join", to: "60")
        #expect(world.requests.last == .tune(both))
        tuned(&world, [])
        #expect(world.daemon.configurationMap.map["totem.join"] == .uint32(60))
        // What the file says holds again after a reload.
        world.receive(
            .reloaded(
                .init(
                    map: ConfigurationMap(), ring: RingSettings(node: NodeID(1), peers: [], reportsReachability: false),
                    quorum: QuorumRules(expectedVotes: 1), version: 0), requester: 0))
        #expect(world.daemon.configurationMap.map["totem.merge"] == nil)
        #expect(set(&world, first, "totem.hold", Self.uint32, [90, 0, 0, 0]) == nil)
        var hold = LiveChanges()
        hold.set("totem.hold", to: "90")
        #expect(world.requests.last == .tune(hold))
    }

    @Test func keysThatAreNoSettingsAreJustStored() {
        var world = ServiceWorld()
        let client = world.connect(.configurationMap)
        for key in [
            "totem.nothing", "logging.logger_subsys.X.subsys", "quorum.device.votes", "totem.interface.0.mcastport",
        ] {
            #expect(set(&world, client, key, Self.uint32, [1, 0, 0, 0]) == .ok)
        }
        #expect(world.requests.isEmpty)
    }
}
