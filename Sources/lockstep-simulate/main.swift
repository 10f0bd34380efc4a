import Glibc
import SimulateCommand

exit(runSimulateCommand(arguments: Array(CommandLine.arguments.dropFirst())))
