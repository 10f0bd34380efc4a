import Glibc
import Simulation

exit(await SimulatorTool.run(arguments: Array(CommandLine.arguments.dropFirst())))
