internal import ClusterConfiguration
internal import ClusterTypes
internal import Glibc
internal import XMLTree

/// Keeps the newest documents that schedules were computed from, for explaining past transitions.
///
/// Lives in the worker process, after the answer was given, and does not wait for the disk: losing one is no harm.
struct InputArchive {
    let folder: String

    /// The highest number that is kept; `nil` when there is none.
    var lastNumber: UInt64? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var last: UInt64?
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            guard let number = SchedulerInputName.number(of: name), number < .max else { continue }
            last = max(last ?? number, number)
        }
        return last
    }

    func keep(_ document: XMLElement, number: UInt64, at now: WallTime) {
        var document = document
        document["execution-date"] = String(now.seconds)
        var bytes: [UInt8] = []
        document.write(to: &bytes, indentation: nil)
        let path = SchedulerInputName.path(in: folder, number: number)
        let temporary = "\(folder)/.pe-input.new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        let isWritten = writeAll(bytes, to: descriptor)
        close(descriptor)
        guard isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            return
        }
        if number >= SchedulerInputName.kept {
            unlink(SchedulerInputName.path(in: folder, number: number - SchedulerInputName.kept))
        }
    }

    private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            written += count
        }
        return true
    }
}
