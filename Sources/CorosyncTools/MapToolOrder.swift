internal import CorosyncClient

/// What `corosync-cmapctl` is asked to do.
struct MapToolOrder {
    enum Action: Equatable {
        case list
        case get
        case set
        case delete
        case deleteBelow
        case load(String)
        case track(isPrefix: Bool)
        /// Sets statistics back; which.
        case clear(String)
    }

    var action = Action.list
    var map = MapClient.Map.configuration
    var isQuiet = false
    var showsBinary = false
    var words: [String] = []

    init(_ arguments: [String], _ streams: ToolStreams) throws {
        var options = OptionReader(arguments, program: streams.program, letters: "m:hqgsdDtTbp:C:")
        while let item = options.next() {
            switch item {
            case .option(let letter, let value): try take(letter, value, streams)
            case .mistake(let text):
                streams.complain(text)
                throw ToolEnd.failure
            }
        }
        words = options.words
        switch action {
        case .load, .clear, .list: break
        case .get, .set, .delete, .deleteBelow, .track:
            if words.isEmpty {
                streams.complain("Expected key after options")
                throw ToolEnd.failure
            }
        }
    }

    private mutating func take(_ letter: Character, _ value: String, _ streams: ToolStreams) throws {
        switch letter {
        case "b": showsBinary = true
        case "q": isQuiet = true
        case "g": action = .get
        case "s": action = .set
        case "d": action = .delete
        case "D": action = .deleteBelow
        case "p": action = .load(value)
        case "t": action = .track(isPrefix: false)
        case "T": action = .track(isPrefix: true)
        case "C":
            guard ["knet", "totem", "ipc", "schedmiss", "all"].contains(value) else {
                streams.complain("argument to -C should be 'knet', 'totem', 'ipc', 'schedmiss' or 'all'")
                throw ToolEnd.failure
            }
            action = .clear(value)
            map = .statistics
        case "m":
            switch value {
            case "icmap", "default": map = .configuration
            case "stats": map = .statistics
            default:
                streams.complain("invalid map name, must be 'default', 'icmap' or 'stats'")
                throw ToolEnd.failure
            }
        default:
            streams.write(Self.help)
            throw ToolEnd.success
        }
    }

    private static let help = """

        usage:  corosync-cmapctl [-b] [-DdghsqTCt] [-p filename] [-m map] [params...]

            corosync-cmapctl [key_prefix...]        show the keys that begin so, or all
            corosync-cmapctl -g key_name...         show keys
            corosync-cmapctl -s key_name type value set a key
            corosync-cmapctl -d key_name...         delete keys
            corosync-cmapctl -D key_prefix...       delete all keys that begin so
            corosync-cmapctl -p filename            do what the lines of a file say
            corosync-cmapctl -t key_name...         tell when keys come, go or change
            corosync-cmapctl -T key_prefix...       the same for all keys that begin so
            corosync-cmapctl -C part                set statistics back: knet, ipc, totem, schedmiss or all

            -m map  icmap (configuration and state, the default) or stats (statistics of network and programs)
            -b      show binary values as well
            -q      values only

            Types are i8, u8, i16, u16, i32, u32, i64, u64, flt, dbl, str and bin; the value of a bin is the name of a
            file, or - for standard input. A line of the file for -p is "key type value", "^key" (delete) or "^^prefix"
            (delete all that begin so); # begins a remark.


        """
}
