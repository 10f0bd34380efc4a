import Glibc
import SchedulerComparison

exit(GeneratorTool.run(arguments: Array(CommandLine.arguments.dropFirst())))
