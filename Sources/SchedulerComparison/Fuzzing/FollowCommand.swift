internal import Scheduler
internal import TransitionGraph
internal import XMLTree

/// `follow`: what each of some transitions in a row does, when all goes well.
struct FollowCommand {
    var file: String
    var runs = 6

    func run() -> Int32 {
        guard let cib = FuzzFiles.read([file]).first else {
            print("cannot read \(file)")
            return 66
        }
        var number = 0
        FuzzedSchedule.follow(cib, runs: runs) { output in
            number += 1
            print("run \(number)")
            for line in output.summary.lines { print("  \(line)") }
            for action in output.graph.actions where action.kind != .pseudo {
                print("    \(action.internalOperationKey ?? action.operationKey) on \(action.node ?? "")")
            }
            for notice in output.notices where output.stalledCount > 0 { print("  \(notice.message)") }
            return !Settling.isAtRest(output.graph)
        }
        return 0
    }
}
