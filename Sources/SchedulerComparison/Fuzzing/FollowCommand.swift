internal import Scheduler
internal import TransitionGraph
internal import XMLTree

/// `follow`: what each of some transitions in a row does, when all goes well.
struct FollowCommand {
    var file: String
    var runs = 6
    /// Where the document before each run is to be kept.
    var keep: String?

    func run() -> Int32 {
        guard let cib = FuzzFiles.read([file]).first else {
            print("cannot read \(file)")
            return 66
        }
        var number = 0
        FuzzedSchedule.follow(cib, runs: runs) { document, output in
            number += 1
            if let keep { store(document.formatted().utf8, in: "\(keep)/\(number).xml") }
            print("run \(number)")
            for line in output.summary.lines { print("  \(line)") }
            for action in output.graph.actions where action.kind != .pseudo {
                print("    \(action.internalOperationKey ?? action.operationKey) on \(action.node ?? "")")
            }
            for notice in output.notices where output.stalledCount > 0 { print("  \(notice.message)") }
            return !output.graph.isAtRest
        }
        return 0
    }
}
