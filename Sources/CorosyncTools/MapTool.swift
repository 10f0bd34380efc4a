internal import ClusterConfiguration
internal import CorosyncClient
package import CorosyncIPC
internal import Glibc
internal import LocalServices

/// `corosync-cmapctl`: reads, changes and follows the configuration map and the statistics.
///
/// - Source: corosync-cmapctl(8) of corosync 3.1.
package func runMapTool(_ arguments: [String], program: String, place: ServicePlace) -> Int32 {
    let streams = ToolStreams(program: program, place: place)
    do {
        let order = try MapToolOrder(arguments, streams)
        let map = try connect(order.map, streams)
        let tool = MapTool(map: map, streams: streams, isQuiet: order.isQuiet, showsBinary: order.showsBinary)
        try tool.carryOut(order)
        return 0
    } catch { return (error as? ToolEnd)?.status ?? 1 }
}

private func connect(_ map: MapClient.Map, _ streams: ToolStreams) throws -> MapClient {
    var attempts = 0
    while true {
        do { return try MapClient(map, at: streams.place) } catch {
            attempts += 1
            guard error == .tryAgain, attempts <= 10 else {
                streams.complain("Failed to initialize the cmap API. Error \(error.name)")
                throw ToolEnd.failure
            }
            sleep(1)
        }
    }
}

struct MapTool {
    let map: MapClient
    let streams: ToolStreams
    let isQuiet: Bool
    let showsBinary: Bool

    func carryOut(_ order: MapToolOrder) throws {
        switch order.action {
        case .list: try list(order.words)
        case .get: try get(order.words)
        case .set: try set(order.words)
        case .delete: try delete(order.words)
        case .deleteBelow: for prefix in order.words { try deleteBelow(prefix) }
        case .load(let path): try load(path)
        case .track(let isPrefix): try track(order.words, isPrefix: isPrefix)
        case .clear(let part): try set("stats.clear.\(part)", .uint32(1))
        }
    }

    // MARK: Showing

    private func list(_ prefixes: [String]) throws {
        var emptyCount = 0
        for prefix in prefixes.isEmpty ? [""] : prefixes {
            let entries = try self.entries(prefix)
            if entries.isEmpty { emptyCount += 1 }
            for entry in entries {
                do { show(entry.key, try map.get(entry.key)) } catch {
                    streams.complain("Can't get value of \(entry.key). Error \(error.name)")
                }
            }
        }
        if emptyCount > 0, emptyCount >= prefixes.count { throw ToolEnd.failure }
    }

    private func get(_ keys: [String]) throws {
        for key in keys {
            do { show(key, try map.get(key)) } catch {
                streams.complain("Can't get key \(key). Error \(error.name)")
                throw ToolEnd.failure
            }
        }
    }

    private func show(_ key: String, _ value: MapValue) {
        var text = isQuiet ? "" : "\(key) ("
        if value.kind == .binary {
            text += "bin)" + (showsBinary ? " = " + escaped(value.bytes) : "")
        } else {
            text += (isQuiet ? "" : "\(value.kind.name)) = ") + (value.floating.map(NumberText.text) ?? value.rendered)
        }
        streams.print(text)
    }

    private func entries(_ prefix: String) throws -> [MapClient.Entry] {
        do { return try map.entries(withPrefix: prefix) } catch {
            streams.complain("Failed to initialize iteration. Error \(error.name)")
            throw ToolEnd.failure
        }
    }

    // MARK: Changing

    private func set(_ words: [String]) throws {
        guard words.count >= 3 else {
            streams.complain("At least 3 parameters are expected for set")
            throw ToolEnd.failure
        }
        try set(words[0], value(named: words[1], words[2]))
    }

    private func set(_ key: String, _ value: MapValue?) throws {
        do throws(ServiceError) {
            guard let value else { throw ServiceError.invalidParameter }
            try map.set(key, value)
        } catch {
            streams.complain("Failed to set key \(key). Error \(error.name)")
            throw ToolEnd.failure
        }
    }

    /// `nil` for a binary value or text that is too long for the map.
    private func value(named type: String, _ text: String) throws -> MapValue? {
        guard let kind = MapValue.Kind(named: type) else {
            streams.complain("Unknown type \(type)")
            throw ToolEnd.failure
        }
        if kind == .binary { return MapValue(kind: kind, bytes: try readAll(text)[...]) }
        do { return try MapValueText.value(kind, text) } catch {
            streams.complain(error.message)
            throw ToolEnd.failure
        }
    }

    private func readAll(_ path: String) throws -> [UInt8] {
        let descriptor = path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            streams.complain("Can't open input file: \(systemError())")
            throw ToolEnd.failure
        }
        defer { if descriptor != 0 { close(descriptor) } }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        // What is longer than any value is refused by the map; it need not be read to its end.
        while content.count <= MapValue.lengthLimit {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            content += buffer.prefix(count)
        }
        return content
    }

    private func delete(_ keys: [String]) throws {
        for key in keys where !attemptToDelete(key) { throw ToolEnd.failure }
    }

    private func attemptToDelete(_ key: String) -> Bool {
        do { try map.delete(key) } catch {
            streams.complain("Can't delete key \(key). Error \(error.name)")
            return false
        }
        return true
    }

    private func deleteBelow(_ prefix: String) throws {
        for entry in try entries(prefix) { _ = attemptToDelete(entry.key) }
    }

    private func load(_ path: String) throws {
        guard let file = fopen(path, "r") else {
            streams.complain("Couldn't open file.: \(systemError())")
            return
        }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 1024)
        while fgets(&buffer, Int32(buffer.count), file) != nil {
            let line = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard let step = MapFileLine(line) else { continue }
            switch step {
            case .set(let key, let type, let text): try set(key, value(named: type, text))
            case .delete(let key): _ = attemptToDelete(key)
            case .deleteBelow(let prefix): try deleteBelow(prefix)
            case .incomplete(let key):
                streams.complain("Both type and value for key \(key) are required")
                throw ToolEnd.failure
            }
        }
    }

    // MARK: Following

    private func track(_ keys: [String], isPrefix: Bool) throws {
        for key in keys {
            do { try map.track(key, isPrefix: isPrefix) } catch {
                streams.complain("Failed to add tracking function. Error \(error.name)")
                throw ToolEnd.failure
            }
        }
        streams.print("Type \"q\" to finish")
        streams.flush()
        var entries = [
            pollfd(fd: map.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            if poll(&entries, 2, -1) < 0, errno != EINTR { return }
            if entries[1].revents & Int16(POLLIN) != 0, hasQuit() { return }
            if entries[1].revents & Int16(POLLHUP) != 0, entries[1].revents & Int16(POLLIN) == 0 { return }
            guard entries[0].revents != 0 else { continue }
            do {
                while let change = try map.nextChange(milliseconds: 0) { show(change) }
            } catch {
                streams.complain("Dispatch error \(error.name)")
                return
            }
            streams.flush()
        }
    }

    /// Reads what was typed: the end, or a line that begins with q.
    private func hasQuit() -> Bool {
        var byte: UInt8 = 0
        guard read(0, &byte, 1) == 1, byte != UInt8(ascii: "q") else { return true }
        while byte != UInt8(ascii: "\n") { guard read(0, &byte, 1) == 1 else { return true } }
        return false
    }

    private func show(_ change: MapClient.Change) {
        let (word, value) =
            switch change.kind {
            case .added: ("create", change.new)
            case .deleted: ("delete", change.old)
            case .modified: ("modify", change.new)
            }
        streams.write("\(word)> ")
        if let value { show(change.key, value) } else { streams.print() }
    }
}
