/// Runs one simulation: the same options give the same outcome, on every machine.
package func simulate(_ options: SimulationOptions) -> SimulationOutcome { SimulatedCluster(options).run() }
