import ClusterConfiguration
import ClusterTypes
import Testing

@testable import LocalServices

@Suite struct WatchdogServiceTests {
    private let load = SystemResource.load15Minutes
    private let device = [ResourceSettings.deviceKey: MapValue.string("/dev/watchdog")]
    private let process = "resources.process.7."

    private func world(_ keys: [String: MapValue] = [:]) -> ResourceWorld {
        ResourceWorld(device.merging(keys) { $1 })
    }

    /// As libsam does.
    private func supervise(
        _ world: inout ResourceWorld, recovery: String = "quit", period: UInt64 = 1000, state: String = "running"
    ) {
        world.set(process + "recovery", .string(recovery))
        world.set(process + "poll_period", .uint64(period))
        world.set(process + "last_updated", .uint64(0))
        world.set(process + "state", .string(state))
    }

    private func beat(_ world: inout ResourceWorld) {
        world.set(process + "last_updated", .uint64(UInt64(world.now.nanoseconds)))
    }

    private func isPinged(_ world: inout ResourceWorld) -> Bool {
        let before = world.pings.count
        world.run(for: .seconds(12))
        return world.pings.count > before
    }

    @Test(arguments: [nil, MapValue.string(""), .string("off"), .uint32(1)])
    func `without a device nothing is watched`(value: MapValue?) {
        var world = ResourceWorld(value.map { [ResourceSettings.deviceKey: $0] } ?? [:])
        world.start()
        supervise(&world, state: "failed")
        world.run(for: .seconds(60))
        #expect(world.requests.isEmpty && world.pings.isEmpty && world.timers.isEmpty && world.reports.isEmpty)
    }

    @Test func `the device is pinged twice in its timeout`() {
        var world = world([ResourceSettings.timeoutKey: .uint32(4)])
        world.start()
        world.run(for: .seconds(6))
        #expect(world.requests == [.open(path: "/dev/watchdog", timeout: .seconds(4))])
        #expect(world.pings == [.zero, .seconds(2), .seconds(4), .seconds(6)])
    }

    @Test func `a device that has another timeout is pinged in that`() {
        var world = world()
        world.device = { if case .open = $0 { .armed(timeout: .seconds(2)) } else { nil } }
        world.start()
        world.run(for: .seconds(2))
        #expect(world.pings == [.zero, .seconds(1), .seconds(2)])
    }

    @Test func `a device that cannot be opened is a line in the log`() {
        var world = world()
        world.device = { _ in .failed("/dev/watchdog: No such file or directory") }
        world.start()
        supervise(&world)
        #expect(world.reports == ["there is no watchdog for this node: /dev/watchdog: No such file or directory"])
        #expect(!isPinged(&world) && world.timers.isEmpty)
    }

    @Test func `the timeout changes while the daemon runs, unless it is out of range`() {
        var world = world()
        world.start()
        world.set(ResourceSettings.timeoutKey, .uint32(20))
        #expect(world.requests.last == .setTimeout(.seconds(20)))
        for value in [MapValue.uint32(1), .uint32(121), .uint64(20), .string("20")] {
            world.set(ResourceSettings.timeoutKey, value)
            #expect(world.map.map[ResourceSettings.timeoutKey] == .uint32(20))
        }
        world.delete(ResourceSettings.timeoutKey)
        #expect(world.map.map[ResourceSettings.timeoutKey] == .uint32(20))
        #expect(world.reports.count == 5 && world.requests.count == 2)
        let beginning = world.pings.count
        world.run(for: .seconds(20))
        #expect(world.pings.count == beginning + 2)
    }

    @Test func `a load above its limit ends the pings when the watchdog is its recovery`() {
        for (recovery, isPingedAfterwards) in [("watchdog", false), ("none", true)] {
            var world = world([load.key("max"): .string("80"), load.key("recovery"): .string(recovery)])
            world.start()
            #expect(isPinged(&world))
            world.set(load.key("max"), .string("0.1"))
            world.run(for: .seconds(3))
            #expect(isPinged(&world) == isPingedAfterwards)
            // Nothing brings them back: the machine is about to be reset.
            world.set(load.key("max"), .string("80"))
            #expect(isPinged(&world) == isPingedAfterwards)
        }
    }

    @Test func `a process that sends heartbeats keeps the pings going, and ends them by silence`() {
        var world = world()
        world.start()
        supervise(&world)
        // It has not begun: no hurry.
        #expect(isPinged(&world))
        for _ in 0..<20 {
            beat(&world)
            world.run(for: .seconds(1))
        }
        #expect(world.reports.isEmpty)
        world.run(for: .seconds(3))
        #expect(world.reports.contains { $0.contains("was last updated") })
        #expect(!isPinged(&world))
    }

    @Test(arguments: [
        ("failed", "quit", false), ("disabled", "quit", false), ("failed", "restart", true), ("stopped", "quit", true),
    ])
    func `what follows from a state depends on the recovery`(state: String, recovery: String, isPingedAfterwards: Bool)
    {
        var world = world()
        world.start()
        supervise(&world, recovery: recovery)
        beat(&world)
        world.set(process + "state", .string(state))
        world.run(for: .seconds(12))
        #expect(isPinged(&world) == isPingedAfterwards)
    }

    @Test func `a process that ends in good order, or waits for quorum, is not late`() {
        for change in ["stopped", "waiting for quorum", nil] {
            var world = world()
            world.start()
            supervise(&world)
            beat(&world)
            if let change { world.set(process + "state", .string(change)) } else { world.delete(process + "state") }
            world.run(for: .seconds(60))
            #expect(isPinged(&world))
        }
    }

    @Test func `what is there when the daemon starts is watched, and what has no recovery is not`() {
        var world = world([
            process + "state": .string("failed"), process + "recovery": .string("quit"),
            process + "last_updated": .uint64(0), "resources.process.8.state": .string("failed"),
            "resources.other.9.state": .string("failed"), "resources.process.8.extra.state": .string("failed"),
        ])
        world.start()
        #expect(world.map.map[process + "poll_period"] == .uint64(6000))
        #expect(world.timers[.watchedResource(process)] == world.now + .seconds(12))
        #expect(world.timers[.watchedResource("resources.process.8.")] == nil)
        world.run(for: .seconds(13))
        #expect(!isPinged(&world))
    }

    @Test func `nobody is late when the daemon itself stood still`() {
        var world = world([load.key("max"): .string("80"), load.key("recovery"): .string("watchdog")])
        world.start()
        supervise(&world)
        for _ in 0..<20 {
            world.standStill(for: .seconds(10))
            beat(&world)
            world.run(for: .milliseconds(900))
            beat(&world)
        }
        #expect(world.reports.isEmpty && !world.pings.isEmpty)
        world.run(for: .seconds(5))
        #expect(world.reports.contains { $0.contains("process.7 has failed") })
    }

    @Test func `the pings end when the device is disarmed`() {
        var world = world()
        world.device = { request in
            switch request {
            case .open: .armed(timeout: .seconds(6))
            case .ping: .disarmed
            case .setTimeout, .disarm: nil
            }
        }
        world.start()
        #expect(!isPinged(&world))
    }
}
