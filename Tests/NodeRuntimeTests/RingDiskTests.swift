import EventLoop
import Glibc
import Synchronization
import Testing

@testable import NodeRuntime

/// The ring's number on a disk that refuses it for a while.
struct RingDiskTests {
    private final class Stored: Sendable {
        let numbers = Mutex<[UInt64]>([])
    }

    /// The folder that is not there yet stands for the disk that is full.
    @Test func aRefusedWriteIsTriedAgainAndNeverTakesTheNumberBack() throws {
        let directory = try TemporaryDirectory()
        let folder = directory.path + "/ring"
        let disk = RingDisk(folder: folder, retryInterval: .milliseconds(50))
        let station = try Station<RingDisk.Request>()
        let stored = Stored()
        var settings = Log.Settings(node: "n1")
        settings.usesStandardError = false
        disk.serve(station, log: try Log(settings)) { number in stored.numbers.withLock { $0.append(number) } }

        station.mailbox.post(.ringSequence(300))
        station.mailbox.post(.expectedVotes(7))
        station.loop.runOnce(waitingAtMost: .seconds(1))
        #expect(stored.numbers.withLock { $0 } == [])
        #expect(try disk.load().ringSequence == 0)

        try #require(mkdir(folder, 0o700) == 0)
        station.mailbox.post(.ringSequence(500))
        while try stored.numbers.withLock({ $0.count }) < 2 || disk.load().expectedVotes == 0 {
            station.loop.runOnce(waitingAtMost: .seconds(1))
        }
        #expect(stored.numbers.withLock { $0.sorted() } == [300, 500], "both who wait are told")
        #expect(try disk.load().ringSequence == 500, "what came later was stored first")
        #expect(try disk.load().expectedVotes == 7)
    }
}
