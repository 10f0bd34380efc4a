internal import CIB
internal import ClusterTypes
internal import Glibc
internal import ResourceManager
internal import Scheduler
internal import XMLTree

/// The life of the worker process: reads requests from standard input, answers on standard output, until the input ends.
///
/// Whatever a document makes the scheduler do (crash, hang, eat memory) happens here, away from the daemon.
enum WorkerProgram {
    /// - Parameter inputFolder: where the documents are kept; `nil`: nowhere.
    static func run(inputFolder: String? = nil) -> Int32 {
        // The daemon's end of the pipe does not block; ours must.
        _ = fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) & ~O_NONBLOCK)
        var reader = WorkerFrameReader()
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            do {
                while let frame = try reader.next() {
                    let (answer, computed) = answer(to: frame)
                    if !write(answer.bytes) { return DaemonFailure.Status.failure.rawValue }
                    if let inputFolder, let computed {
                        InputArchive(folder: inputFolder).keep(computed.cib, number: frame.number, at: computed.now)
                    }
                }
            } catch {
                return DaemonFailure.Status.failure.rawValue
            }
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return 0 }
            reader.append(buffer[..<count])
        }
    }

    /// The answer, and what it was computed from when it was.
    private static func answer(to frame: WorkerFrame) -> (WorkerFrame, SchedulerInput?) {
        func failure(_ reason: String) -> (WorkerFrame, SchedulerInput?) {
            (WorkerFrame(kind: .failed, number: frame.number, content: Array(reason.utf8)), nil)
        }
        guard frame.kind == .compute, let request = ScheduleRequest(content: frame.content) else {
            return failure("the request is not one for a schedule")
        }
        do {
            let (document, _) = try CIBDocument.readableForm(of: XMLElement(parsing: request.document))
            let options = SchedulerOptions(transitionID: Int(clamping: frame.number))
            var input = SchedulerInput(cib: document, now: request.now, options: options)
            input.utcOffset = utcOffset(at: request.now)
            let output = schedule(input)
            var content: [UInt8] = []
            ComputedSchedule(output).xml.write(to: &content, indentation: nil)
            return (WorkerFrame(kind: .computed, number: frame.number, content: content), input)
        } catch { return failure("the document cannot be read: \(error)") }
    }

    /// Seconds east of UTC on this node: the zone in which rules name hours and days.
    private static func utcOffset(at moment: WallTime) -> Int64 {
        var seconds = time_t(moment.seconds)
        var local = tm()
        return localtime_r(&seconds, &local) == nil ? 0 : Int64(local.tm_gmtoff) / 60 * 60
    }

    private static func write(_ bytes: [UInt8]) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            written += count
        }
        return true
    }
}
