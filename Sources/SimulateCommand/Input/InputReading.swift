internal import BZip2
internal import CIB
internal import ClusterClient
internal import ClusterConfiguration
internal import Glibc
internal import ToolReports
internal import XMLTree

/// Why there is nothing to work on.
struct InputFailure: Error, Equatable {
    var message: String
    var exit: ToolExit
}

/// Reads the CIB from where the options say, compressed or not.
func readInput(_ source: SimulateOptions.Source) throws(InputFailure) -> XMLElement {
    let (place, bytes) = try readBytes(source)
    var document: XMLElement
    do throws(XMLFailure) {
        document = try XMLElement(parsing: bytes)
    } catch {
        throw InputFailure(message: "Could not read input XML: \(place): \(error)", exit: .invalidData)
    }
    guard document.name == "cib" else {
        throw InputFailure(
            message: "Could not read input XML: \(place): line \(document.line): expected a cib element, found "
                + document.name, exit: .invalidData)
    }
    if document.child("status") == nil { document.children.append(XMLElement("status")) }
    do throws(CIBFailure) {
        let (root, warnings) = try CIBDocument.readableForm(of: document)
        for warning in warnings { complain(warning) }
        let problems: [CIBProblem]
        do throws(CIBFailure) {
            problems = try CIBDocument(root).validate()
        } catch {
            // What a newer version has is accepted under an older name as well.
            guard let restated = CIBDocument.restatedSchema(of: root) else { throw error }
            return restated
        }
        for problem in problems { complain(problem.message) }
        return root
    } catch {
        throw InputFailure(message: "\(place): \(error)", exit: .configuration)
    }
}

private func readBytes(_ source: SimulateOptions.Source) throws(InputFailure) -> (place: String, bytes: [UInt8]) {
    let path: String
    switch source {
    case .file(let file): path = file
    case .live:
        guard let file = getenv("CIB_file").map({ String(cString: $0) }), !file.isEmpty else {
            return ("the running cluster", try readLive())
        }
        path = file
    }
    let place = path == "-" ? "standard input" : path
    let bytes: [UInt8]
    do throws(FileFailure) {
        bytes = try readFile(path)
    } catch {
        throw InputFailure(message: "Could not read input XML: \(place): \(error.reason)", exit: .invalidData)
    }
    return (place, isBZip2(bytes) ? try decompress(bytes, place) : bytes)
}

private func decompress(_ bytes: [UInt8], _ place: String) throws(InputFailure) -> [UInt8] {
    do throws(BZip2Failure) {
        return try decompressBZip2(bytes, limit: XMLLimits.documentSize)
    } catch {
        throw InputFailure(message: "Could not read input XML: \(place): \(error)", exit: .invalidData)
    }
}

private func readLive() throws(InputFailure) -> [UInt8] {
    let root = getenv("LOCKSTEP_ROOT").map { String(cString: $0) }
    let client = NodeClient(socketPath: NodeDirectory(root: root).socket, clientName: "crm_simulate")
    do throws(RequestFailure) {
        return try client.cib()
    } catch {
        throw InputFailure(message: "CIB query failed: \(error)", exit: .notConnected)
    }
}
