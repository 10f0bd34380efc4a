import Glibc
import Testing

@testable import CorosyncIPC

@Suite struct RingFolderTests {
    private func makePlace() throws -> String {
        var template = Array("/tmp/lockstep-rings.XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    @Test func whatAKilledDaemonLeftIsRemovedAndWhatALivingOneHasStays() throws {
        let place = try makePlace()
        defer { rmdir(place) }
        let living = try RingFolder(in: place)
        let used = try living.makeFolder(user: getuid(), group: getgid())
        let left = "\(place)/\(RingFolder.prefix)000000"
        try #require(mkdir(left, 0o711) == 0 && mkdir(left + "/1", 0o770) == 0)
        try #require(close(creat(left + "/1/qb-event-cpg-data", 0o600)) == 0)
        let other = "\(place)/qb-1-2-3"
        try #require(mkdir(other, 0o700) == 0)
        do {
            let next = try RingFolder(in: place)
            #expect(!exists(left))
            #expect(exists(used))
            #expect(exists(other))
            let folder = try next.makeFolder(user: getuid(), group: getgid())
            #expect(exists(folder))
            rmdir(folder)
        }
        rmdir(used)
        rmdir(other)
        withExtendedLifetime(living) {}
    }

    @Test func theDaemonKeepsRoomForItself() {
        #expect(ClientBudget(descriptorLimit: 1024, mappingLimit: 65530).clientLimit == 768)
        #expect(ClientBudget(descriptorLimit: 65536, mappingLimit: 65530).clientLimit == 10_088)
        #expect(ClientBudget(descriptorLimit: 64, mappingLimit: 65530).clientLimit == 0)
        #expect(ClientBudget(descriptorLimit: 65536, mappingLimit: 65530).bottleneck == "vm.max_map_count is 65530")
        #expect(ClientBudget(descriptorLimit: 1024, mappingLimit: 65530).bottleneck == "RLIMIT_NOFILE is 1024")
    }
}
