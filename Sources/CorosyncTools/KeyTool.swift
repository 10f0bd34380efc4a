internal import Glibc

/// `corosync-keygen`: makes the secret that the nodes of a cluster share.
///
/// - Source: corosync-keygen(8) of corosync 3.1.
package func runKeyTool(_ arguments: [String], program: String, defaultPath: String) -> Int32 {
    var tool = KeyTool(ToolStreams(program: program), path: defaultPath)
    do {
        try tool.read(arguments)
        try tool.generate()
        return 0
    } catch { return (error as? ToolEnd)?.status ?? 1 }
}

private struct KeyTool {
    let streams: ToolStreams
    var path: String
    var source = "/dev/urandom"
    var size = 256

    private static let sizes: ClosedRange<Int64> = 128...4096

    init(_ streams: ToolStreams, path: String) {
        self.streams = streams
        self.path = path
    }

    mutating func read(_ arguments: [String]) throws {
        var options = OptionReader(
            arguments, program: streams.program, letters: "k:r:s:lh",
            long: [
                .init(name: "key-file", letter: "k", takesValue: true), .init(name: "less-secure", letter: "l"),
                .init(name: "random-file", letter: "r", takesValue: true),
                .init(name: "size", letter: "s", takesValue: true), .init(name: "help", letter: "h"),
            ])
        while let item = options.next() {
            switch item {
            case .option("k", let value): path = value
            case .option("r", let value): source = value
            case .option("s", let value):
                guard let number = NumberText.number(value, in: Self.sizes) else {
                    complain("Unsupported key size (supported <\(Self.sizes.lowerBound),\(Self.sizes.upperBound)>)\n")
                    throw ToolEnd.failure
                }
                size = Int(number)
            case .option("h", _):
                streams.print(help)
                throw ToolEnd.success
            case .option: break
            case .mistake(let text):
                streams.complain(text)
                streams.print("Error parsing command line options.")
                throw ToolEnd.failure
            }
        }
    }

    private var help: String {
        """
        Usage: corosync-keygen [-k <keyfile>] [-s size] [-m <randomfile>] [-l] [-h]
             -k / --key-file=<filename>     where the key goes (\(path))
             -r / --random-file=<filename>  where its bytes come from (/dev/urandom)
             -s / --size=<bytes>            how long it is, 128 to 4096 (256)
             -l / --less-secure             accepted, has no effect
             -h / --help                    this text

        """
    }

    private func complain(_ text: String) { streams.complain("\(streams.shortName): \(text)") }

    private func end(_ status: Int32, _ text: String) -> ToolEnd {
        complain("\(text): \(systemError())")
        return ToolEnd(status: status)
    }

    func generate() throws {
        streams.print("Corosync Cluster Engine Authentication key generator.")
        streams.print("Gathering \(size * 8) bits for key from \(source).")
        let key = try gather()
        let descriptor = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw end(2, "Could not create \(path)") }
        defer { close(descriptor) }
        if fchmod(descriptor, 0o400) != 0 { throw end(3, "Failed to set key file permissions to 0400") }
        streams.print("Writing corosync key to \(path).")
        if write(descriptor, key, key.count) != key.count { throw end(4, "Could not write \(path)") }
        if fsync(descriptor) != 0, errno != EINVAL { throw end(5, "Could not close \(path)") }
    }

    private func gather() throws -> [UInt8] {
        let descriptor = open(source, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw end(1, "Failed to open random source") }
        defer { close(descriptor) }
        if source == "/dev/random" { streams.print("Press keys on your keyboard to generate entropy.") }
        var key: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: size)
        while key.count < size {
            let count = Glibc.read(descriptor, &buffer, size - key.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw end(1, "Could not read \(source)") }
            if count == 0 {
                complain("Unexpected end of \(source)")
                throw ToolEnd.failure
            }
            key += buffer.prefix(count)
            if key.count < size {
                streams.print(
                    "Press keys on your keyboard to generate entropy (\((size - key.count) * 8) bits still needed).")
                streams.flush()
            }
        }
        return key
    }
}
