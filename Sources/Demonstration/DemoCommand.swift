internal import Glibc

/// `lockstep demo [--messaging=KIND]`.
package func runDemoCommand(arguments: [String]) -> Int32 {
    let messaging: DemoMessaging
    do { messaging = try chosenMessaging(arguments) } catch {
        print("lockstep demo: \(error)")
        return 64
    }
    switch messaging {
    case .builtIn: break
    case .corosync:
        do { try becomeAbleToMount() } catch {
            print("lockstep demo: \(error)")
            return 69
        }
    }
    return Demonstration.run(messaging)
}

private func chosenMessaging(_ arguments: [String]) throws(DemoFailure) -> DemoMessaging {
    let kinds = DemoMessaging.allCases.map(\.rawValue).joined(separator: " or ")
    var messaging = DemoMessaging.builtIn
    var rest = arguments[...]
    while let word = rest.popFirst() {
        let name = word.prefix { $0 != "=" }
        guard name == "--messaging" else {
            throw DemoFailure("unknown argument '\(word)'; lockstep help demo explains the command")
        }
        let value = word == name ? rest.popFirst() ?? "" : String(word.dropFirst(name.count + 1))
        guard let kind = DemoMessaging(rawValue: value) else {
            throw DemoFailure("--messaging is '\(value)', expected \(kinds)")
        }
        messaging = kind
    }
    return messaging
}

/// Makes sure that this process may give its nodes mounts of their own, and that corosync is there.
///
/// Root may. Others become root of a user namespace, in which nothing is theirs that was not before: this program starts itself
/// anew in one.
private func becomeAbleToMount() throws(DemoFailure) {
    guard succeeds(["corosync", "-v"]) else {
        throw DemoFailure("--messaging=corosync needs corosync itself (package corosync)")
    }
    for library in ["libcpg.so.4", "libquorum.so.5"] where dlopen(library, RTLD_NOW) == nil {
        throw DemoFailure("--messaging=corosync needs Corosync's client libraries (packages libcpg4 and libquorum5)")
    }
    if geteuid() == 0 {
        guard succeeds(["unshare", "--mount", "--uts", "true"]) else {
            throw DemoFailure("--messaging=corosync needs namespaces, and unshare --mount --uts fails here")
        }
        return
    }
    let namespace = ["unshare", "--user", "--map-root-user"]
    guard succeeds(namespace + ["--mount", "--uts", "true"]) else {
        throw DemoFailure(
            "--messaging=corosync needs root, or user namespaces: unshare --user --map-root-user fails here")
    }
    let program = try DemoPrograms().command
    let words = namespace + [program, "demo", "--messaging=\(DemoMessaging.corosync.rawValue)"]
    withCStrings(words) { _ = execvp(words[0], $0) }
    throw DemoFailure("unshare can't be started: \(String(cString: strerror(errno)))")
}

/// Whether a program, looked for in PATH and the folders of administrators, ends well; what it says goes nowhere.
private func succeeds(_ command: [String]) -> Bool {
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    let process = NodeProcesses.start("/usr/bin/env", arguments: command, environment: [path], log: "/dev/null")
    guard let process else { return false }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status == 0
}
