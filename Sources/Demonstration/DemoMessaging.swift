/// What the nodes of the demonstration talk with.
package enum DemoMessaging: String, Sendable, CaseIterable {
    /// Lockstep's own messaging, in its daemon.
    case builtIn = "builtin"
    /// A daemon of an installed corosync beside Lockstep's on each node: `messaging: corosync`.
    case corosync

    var daemons: String {
        switch self {
        case .builtIn: "lockstepd"
        case .corosync: "corosync and lockstepd"
        }
    }

    /// How long the nodes may take to find each other.
    var formationLimit: Duration {
        switch self {
        case .builtIn: .seconds(10)
        case .corosync: .seconds(60)
        }
    }

    /// What section totem says besides: the token is Lockstep's default, corosync's would be three seconds.
    func totemLines(keyFile: String) -> String {
        switch self {
        case .builtIn: ""
        case .corosync:
            """
                token: 1000
                keyfile: \(keyFile)

            """
        }
    }

    /// Sections of corosync.conf(5) besides those that both kinds need.
    func sections(root: String) -> String {
        switch self {
        case .builtIn: ""
        case .corosync:
            """
            system {
                state_dir: \(root)
                allow_knet_handle_fallback: yes
            }
            logging {
                to_stderr: yes
                to_syslog: no
            }
            lockstep {
                messaging: corosync
            }

            """
        }
    }

    /// The program, with its arguments, that becomes a node's daemon, and before starts what that needs.
    ///
    /// Two corosyncs on one machine must not meet: each node has mounts of its own, with an empty /run, a file in /etc that makes libqb
    /// use sockets with file names instead of names that the whole machine shares, and a layer over /tmp, where those files are;
    /// and a host name of its own, by which corosync finds its node. Other programs see none of it.
    func command(startingAlso daemon: [String], node: String, configuration: String, root: String) -> [String] {
        switch self {
        case .builtIn: return daemon
        case .corosync:
            let script = """
                set -e
                root=$1 configuration=$2
                hostname "$3"
                shift 3
                mkdir -p "$root/etc-besides/libqb"
                : >"$root/etc-besides/libqb/force-filesystem-sockets"
                mount -t overlay overlay -o "lowerdir=$root/etc-besides:/etc" /etc
                mount -t tmpfs tmpfs /run
                mkdir /run/lock /run/tmp-new /run/tmp-work /run/demo
                demo=${root%/*}
                mount --bind "$demo" /run/demo
                mount -t overlay overlay -o lowerdir=/tmp,upperdir=/run/tmp-new,workdir=/run/tmp-work /tmp
                mount --bind /run/demo "$demo"
                corosync -f -c "$configuration" >>"$root/corosync.log" 2>&1 &
                exec "$@"
                """
            return ["/usr/bin/env", "unshare", "--mount", "--uts", "sh", "-c", script, "sh", root, configuration, node]
                + daemon
        }
    }
}
