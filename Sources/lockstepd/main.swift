import Glibc
import NodeRuntime

exit(Daemon.main(Array(CommandLine.arguments.dropFirst())))
