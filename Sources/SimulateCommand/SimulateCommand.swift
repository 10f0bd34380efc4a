/// The logic of `crm_simulate`: arguments in, exit code out.
package func runSimulateCommand(arguments: [String]) -> Int32 {
    0
}
