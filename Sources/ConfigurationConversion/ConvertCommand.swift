internal import ClusterConfiguration
internal import Glibc

/// `lockstep convert FILE [--output FILE]`: the new configuration goes to standard output, what has no counterpart to
/// standard error.
///
/// - Returns: 0; 64 for wrong arguments, 65 for a file that cannot be converted, 66 and 73 for files.
package func runConvertCommand(arguments: [String]) -> Int32 {
    var input: String?
    var output: String?
    var rest = arguments[...]
    while let word = rest.popFirst() {
        switch word {
        case "--help", "-h":
            print(convertHelp)
            return 0
        case "--output", "-o":
            guard let path = rest.popFirst() else { return complain(64, "\(word) needs a file") }
            output = path
        case _ where word.hasPrefix("--output="): output = String(word.dropFirst("--output=".count))
        case _ where word.hasPrefix("-"): return complain(64, "unknown option '\(word)'; see lockstep convert --help")
        default:
            guard input == nil else { return complain(64, "one file at a time, not '\(word)' as well") }
            input = word
        }
    }
    guard let input else { return complain(64, "expected a cluster.conf or an ha.cf; see lockstep convert --help") }
    guard let text = contents(of: input) else { return complain(66, "\(input): \(String(cString: strerror(errno)))") }
    let converted: ConvertedConfiguration
    do throws(ConversionFailure) { converted = try ConvertedConfiguration(converting: text) } catch {
        return complain(65, "\(input): \(error)")
    }
    for note in converted.notes { tell("\(input): \(note)") }
    do throws(ConfigurationFailure) {
        let (_, warnings) = try ClusterSettings.parse(converted.text, file: output ?? "corosync.conf")
        for warning in warnings { tell(warning.description) }
    } catch { tell("the result needs corrections:\n\(error)") }
    guard let output else {
        print(converted.text, terminator: "")
        return 0
    }
    return write(converted.text, to: output) ? 0 : complain(73, "\(output): \(String(cString: strerror(errno)))")
}

private let convertHelp = """
    Usage: lockstep convert FILE [--output FILE]

    Makes a corosync.conf from the cluster.conf of CMAN (RHEL 5 and 6) or the ha.cf of Heartbeat. Every line that has
    no counterpart is named on standard error, with what takes its place.

      -o, --output FILE  write to this file, which must not exist; standard output by default
    """

private func tell(_ text: String) {
    let line = Array("lockstep convert: \(text)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
}

private func complain(_ status: Int32, _ text: String) -> Int32 {
    tell(text)
    return status
}

private func contents(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < 16 << 20 {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { break }
        bytes += chunk[..<count]
    }
    return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
}

private func write(_ text: String, to path: String) -> Bool {
    guard let file = fopen(path, "wxe") else { return false }
    let isWritten = fputs(text, file) >= 0
    return fclose(file) == 0 && isWritten
}
