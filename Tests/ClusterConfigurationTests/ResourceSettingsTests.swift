import ClusterConfiguration
import ClusterTypes
import Testing

private func text(_ resources: String) -> String {
    """
    totem {
    version: 2
    cluster_name: test
    }
    nodelist {
    node {
    ring0_addr: 127.0.0.1
    nodeid: 1
    name: n1
    }
    }
    resources {
    \(resources)
    }
    """
}

private func problems(_ resources: String) -> [String] {
    do {
        return try ClusterSettings.parse(text(resources), file: "c").warnings.map(\.description)
    } catch { return error.problems.map(\.description) }
}

private func monitor(_ lines: String) -> String {
    "watchdog_device: /dev/watchdog\nsystem {\nload_15min {\n\(lines)\n}\n}"
}

@Suite struct ResourceSettingsTests {
    @Test(arguments: [("/dev/watchdog", "/dev/watchdog"), ("off", nil)])
    func `a device is named, or off`(value: String, device: String?) throws {
        let settings = try ClusterSettings.parse(text("watchdog_device: \(value)"), file: "c").settings
        #expect(settings.resources.watchdogDevice == device)
    }

    @Test(arguments: [
        ("watchdog_device: watchdog", "c:13: error: watchdog_device must be an absolute path or off, not 'watchdog'"),
        (
            "watchdog_timeout: 6000",
            "c:13: warning: watchdog_timeout 6000 has no effect: it is in seconds, from 2 to 120; 6 holds"
        ),
        ("watchdog_timeout: soon", "c:13: error: watchdog_timeout must be a number from 0 to 4294967295, not 'soon'"),
        (
            "watchdog_timer: 6",
            "c:13: warning: unknown key 'watchdog_timer' in section 'resources'; did you mean 'watchdog_timeout'?"
        ),
        (monitor("max: much"), "c:16: error: max must be a number, not 'much'"),
        (
            monitor("poll_period: 100"),
            "c:16: warning: poll_period 100 has no effect: it is from 500 to 120000; 3000 holds"
        ),
        (monitor("recovery: reboot"), "c:16: warning: recovery 'reboot' has no effect: there are none and watchdog"),
        (
            "system {\nload_5min {\n}\n}",
            "c:14: warning: unknown section 'load_5min' in section 'system'; did you mean 'load_15min'?"
        ),
        (
            "system {\nmemory_used {\nrecovery: watchdog\n}\n}",
            "c:15: warning: recovery by the watchdog needs a watchdog_device"
        ),
    ])
    func `a mistake is named with its line`(resources: String, problem: String) {
        #expect(problems(resources) == [problem])
    }

    @Test func `the map has what the file says, and what holds otherwise`() throws {
        func value(_ key: String, _ resources: String) throws -> MapValue? {
            let text = text(resources)
            let settings = try ClusterSettings.parse(text, file: "c").settings
            return ConfigurationMap.initial(settings, text: text, localNode: NodeID(1))[key]
        }
        #expect(try value("resources.watchdog_timeout", "") == .uint32(6))
        #expect(try value("resources.watchdog_timeout", "watchdog_timeout: 10") == .uint32(10))
        #expect(try value("resources.watchdog_timeout", "watchdog_timeout: 1") == .uint32(6))
        #expect(try value("resources.system.load_15min.poll_period", "") == .uint64(3000))
        #expect(try value("resources.system.load_15min.poll_period", monitor("poll_period: 800")) == .uint64(800))
        #expect(try value("resources.system.load_15min.poll_period", monitor("poll_period: 8")) == .uint64(3000))
        #expect(try value("resources.system.load_15min.current", "") == .double(0))
        #expect(try value("resources.system.memory_used.current", "") == .int32(0))
        #expect(try value("resources.system.memory_used.state", "") == .string("stopped"))
        #expect(try value("runtime.services.wd.service_id", "") == .uint16(7))
        #expect(try value("internal_configuration.service.6.name", "") == .string("corosync_mon"))
    }
}
