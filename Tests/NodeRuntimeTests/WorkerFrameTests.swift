import ClusterTypes
import Testing

@testable import NodeRuntime

struct WorkerFrameTests {
    @Test("frames come out as they went in, however they are cut")
    func pieces() throws {
        let frames = [
            WorkerFrame(kind: .compute, number: 1, content: []),
            WorkerFrame(kind: .computed, number: .max, content: Array(repeating: 7, count: 1000)),
            WorkerFrame(kind: .failed, number: 3, content: [1, 2, 3]),
        ]
        let bytes = frames.flatMap(\.bytes)
        for size in [1, 3, 14, bytes.count] {
            var reader = WorkerFrameReader()
            var result: [WorkerFrame] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                reader.append(rest.prefix(size))
                rest = rest.dropFirst(size)
                while let frame = try reader.next() { result.append(frame) }
            }
            #expect(result == frames)
        }
    }

    @Test("an impossible length and an unknown kind are refused before anything is allocated for them")
    func violations() {
        for header: [UInt8] in [
            [255, 255, 255, 255, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0],
        ] {
            var reader = WorkerFrameReader()
            reader.append(header)
            #expect(throws: WorkerFrameReader.Violation.self) { _ = try reader.next() }
        }
    }

    @Test("a request keeps its time and document; one without a time is none")
    func request() {
        let now = WallTime(seconds: -5, nanoseconds: 999_999_999)
        let request = ScheduleRequest(content: ScheduleRequest(now: now, document: [60, 62]).content)
        #expect(request?.now == now)
        #expect(request?.document == [60, 62])
        #expect(ScheduleRequest(content: [1, 2, 3]) == nil)
    }
}
