/// The command line of `lockstepd`.
package struct DaemonOptions: Sendable, Equatable {
    package enum Mode: Sendable, Equatable {
        case run
        /// `--check`: verify the configuration and say so.
        case check
        case version
        case help
        /// The process that computes schedules; started by the daemon only.
        case schedulerWorker
    }

    package var mode = Mode.run
    /// `--root DIR`.
    package var root: String?
    /// `--node NAME`.
    package var node: String?
    /// `--config FILE`.
    package var configuration: String?
    /// `--corosync-ipc` or `--no-corosync-ipc`; without either, yes where the node has the places of the system.
    package var servesPrograms: Bool?
    /// Where the worker keeps the documents it was given; `nil`: nowhere.
    package var inputFolder: String?

    package init() {}

    /// Reads the arguments, without the program's name.
    package init(_ arguments: [String]) throws(DaemonFailure) {
        if arguments.first == Self.schedulerWorkerWord, arguments.dropFirst().allSatisfy({ $0.hasPrefix("/") }),
            arguments.count <= 2
        {
            mode = .schedulerWorker
            inputFolder = arguments.dropFirst().first
            return
        }
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let inlineValue = parts.count == 2 && argument.hasPrefix("--") ? String(parts[1]) : nil
            func value() throws(DaemonFailure) -> String {
                guard let value = inlineValue ?? rest.popFirst(), !value.isEmpty else {
                    throw DaemonFailure(.usage, "option \(parts[0]) needs a value; see lockstepd --help")
                }
                return value
            }
            // A flag with a value is not that flag: only what takes a value is looked up without it.
            switch inlineValue == nil ? argument : parts[0] + "=" {
            case "--root", "--root=", "-r": root = try value()
            case "--node", "--node=", "-n": node = try value()
            case "--config", "--config=", "-c": configuration = try value()
            case "--corosync-ipc": servesPrograms = true
            case "--no-corosync-ipc": servesPrograms = false
            case "--foreground", "-f": break
            case "--check", "-t": mode = .check
            case "--version", "-v": mode = .version
            case "--help", "-h": mode = .help
            default: throw DaemonFailure(.usage, "unknown argument '\(argument)'; see lockstepd --help")
            }
        }
    }

    /// The argument that makes the program a scheduler worker.
    package static let schedulerWorkerWord = "scheduler-worker"

    package static let helpText = """
        Usage: lockstepd [--root DIR] [--node NAME] [--config FILE] [--corosync-ipc] [--check]

        The daemon of one cluster node: messaging, membership, resources and fencing.

          -r, --root DIR     keep everything of this node below DIR: etc/corosync.conf and
                             etc/authkey, var/lib/lockstep, var/log/lockstep.log, and
                             run/lockstep.sock; without it, the places of the system are used
                             (/etc/corosync, /var/lib/lockstep, /var/log/lockstep, /run/lockstep)
          -n, --node NAME    which node of the configuration this is; by default found by the
                             addresses or the name of this machine
          -c, --config FILE  read this corosync.conf(5) instead
          --corosync-ipc     let programs written for corosync (libcpg, libquorum, libcmap)
                             use this node; --no-corosync-ipc does not. Their sockets belong to
                             the machine (its network namespace), not to DIR: on by default
                             only without --root. Our own corosync-… tools find the node below
                             DIR all the same: LOCKSTEP_ROOT=DIR
          -f, --foreground   accepted for convenience: lockstepd never goes to the background
          -t, --check        check configuration, key and node name, say what is wrong, and end
          -v, --version      show the version and end
          -h, --help         show this text and end

        Signals: TERM or INT leaves the cluster cleanly, after the resources have moved away;
        a second one leaves at once (the other nodes then fence this one if it ran resources).
        HUP reads the configuration again and opens the log file anew.

        Exit status: 0 after a clean end, 64 for a wrong command line, 66 or 78 for a missing or
        wrong configuration, 69 when an address is taken or another lockstepd serves the same
        node, 71 when the system refuses something, 100 after this node was fenced (a service
        manager should not restart it then), 1 for other failures.

        """
}
