import ClusterConfiguration
import ClusterTypes
import Testing

@testable import LocalServices

@Suite struct SystemMonitorTests {
    private let load = SystemResource.load15Minutes
    private let memory = SystemResource.memoryUsed

    @Test func `what has no limit is not looked at`() {
        var world = ResourceWorld()
        world.start()
        world.run(for: .seconds(60))
        #expect(world.readingCount == 0 && world.timers.isEmpty)
        #expect(world.text(load.key("state")) == "stopped")
    }

    @Test func `a resource is looked at once a period, and the map says what it is`() {
        var world = ResourceWorld([
            memory.key("max"): .string("90"), memory.key("poll_period"): .uint64(1000),
        ])
        world.start()
        #expect(world.text(memory.key("state")) == "running")
        #expect(world.map.map[memory.key("current")] == .uint32(40))
        world.readings[.memoryUsed] = 50
        world.run(for: .seconds(10))
        #expect(world.readingCount == 11)
        #expect(world.map.map[memory.key("current")] == .uint32(50))
        #expect(world.map.map[memory.key("last_updated")] == .uint64(1_010_000_000_000))
        #expect(world.text(load.key("state")) == "stopped")
    }

    @Test(arguments: [
        MapValue.string("0.1"), .string(" 0.1 percent"), .double(0.1), .float(0.1), .uint32(0), .string("-1"),
    ])
    func `a limit that is set below the load fails at once`(limit: MapValue) {
        var world = ResourceWorld()
        world.start()
        world.set(load.key("max"), limit)
        #expect(world.text(load.key("state")) == "failed")
        #expect(world.map.map[load.key("current")] == .double(0.5))
    }

    @Test func `a failure lasts until the limit is set anew`() {
        var world = ResourceWorld([load.key("max"): .string("0.1")])
        world.start()
        #expect(world.text(load.key("state")) == "failed")
        world.readings[.load15Minutes] = 0
        world.run(for: .seconds(10))
        #expect(world.text(load.key("state")) == "failed")
        #expect(world.map.map[load.key("current")] == .double(0))
        world.set(load.key("max"), .string("80"))
        #expect(world.text(load.key("state")) == "running")
    }

    @Test func `the limit itself is within the limit`() {
        var world = ResourceWorld([memory.key("max"): .string("40")])
        world.start()
        #expect(world.text(memory.key("state")) == "running")
        world.readings[.memoryUsed] = 41
        world.run(for: .seconds(3))
        #expect(world.text(memory.key("state")) == "failed")
    }

    @Test func `without a limit, or with one that means nothing, it stops`() {
        var world = ResourceWorld([load.key("max"): .string("80"), memory.key("max"): .string("80")])
        world.start()
        world.delete(load.key("max"))
        world.set(memory.key("max"), .string("much"))
        #expect(world.text(load.key("state")) == "stopped" && world.text(memory.key("state")) == "stopped")
        #expect(world.timers.isEmpty)
    }

    @Test func `a period out of range changes nothing but the log`() {
        var world = ResourceWorld([load.key("max"): .string("80")])
        world.start()
        for value in [
            MapValue.uint64(499), .uint64(.max), .uint64(120_001), .string("soon"), .string("-5"), .float(600),
        ] {
            world.set(load.key("poll_period"), value)
        }
        #expect(world.reports.count == 6)
        #expect(world.timers == [.systemMonitor(load): world.now + .seconds(3)])
        world.set(load.key("poll_period"), .string("500"))
        #expect(world.timers == [.systemMonitor(load): world.now + .milliseconds(500)])
    }

    @Test func `what the system does not say is said once, and asked again`() {
        var world = ResourceWorld([load.key("max"): .string("80")])
        world.readings = [:]
        world.start()
        world.run(for: .seconds(9))
        #expect(world.reports.count == 1 && world.readingCount == 4)
        #expect(world.text(load.key("state")) == "running")
    }
}
