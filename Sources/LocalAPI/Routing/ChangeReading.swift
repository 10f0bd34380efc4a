internal import CIB
internal import JSONText
internal import ResourceManager
internal import XMLTree

/// Reads the body of `POST /v1/cib/changes`.
enum ChangeReading {
    /// Edits in one change, at most.
    static let operationLimit = 100_000

    static func read(_ body: [UInt8]) throws(RouteFailure) -> ClientRequest {
        let json: JSON
        do { json = try JSON(parsing: body) } catch { throw .invalid("the body is not JSON: \(error)") }
        guard let list = json["operations"]?.array, !list.isEmpty, list.count <= operationLimit else {
            throw .invalid("the body has no \"operations\": expected a list of 1 to \(operationLimit) edits")
        }
        var version: CIBVersion?
        if let expected = json["expected_version"], expected != .null {
            version = expected.string.flatMap { CIBVersion($0) }
            if version == nil { throw .invalid("\"expected_version\" is not like \"0.12.3\"") }
        }
        var operations: [CIBOperation] = []
        for (index, edit) in list.enumerated() {
            do { operations.append(try operation(edit)) } catch {
                throw RouteFailure(error.status, error.code, "operations[\(index)]: \(error.message)")
            }
        }
        return .changeCIB(operations, expectedVersion: version)
    }

    private static func operation(_ edit: JSON) throws(RouteFailure) -> CIBOperation {
        let creates = edit["allow_create"]?.bool ?? false
        switch edit["op"]?.string {
        case "create": return .create(try element(edit), in: try scope(edit))
        case "modify": return .modify(try element(edit), in: try scope(edit), allowsCreation: creates)
        case "replace": return .replace(try element(edit), in: try scope(edit), allowsCreation: creates)
        case "delete":
            if edit["xml"] == nil, let xpath = edit["xpath"]?.string {
                return .deleteMatching(xpath: xpath, all: edit["all"]?.bool ?? false)
            }
            return .delete(try element(edit), in: try scope(edit))
        case "patch":
            let patch = try element(edit)
            do { return .patch(try CIBPatch(patch)) } catch { throw .invalid(error.description) }
        case "erase": return .erase
        case "bump": return .bump
        case "upgrade": return .upgrade(to: edit["schema"]?.string)
        case let other:
            throw .invalid(
                "op \"\(other ?? "")\": expected create, modify, replace, delete, patch, erase, bump or upgrade")
        }
    }

    private static func element(_ edit: JSON) throws(RouteFailure) -> XMLElement {
        guard let text = edit["xml"]?.string else { throw .invalid("\"xml\" is missing") }
        do { return try XMLElement(parsing: text) } catch { throw .invalid("\"xml\" is not XML: \(error)") }
    }

    private static func scope(_ edit: JSON) throws(RouteFailure) -> CIBScope {
        if let xpath = edit["xpath"]?.string { return .xpath(xpath) }
        guard let name = edit["section"]?.string else { return .document }
        guard let section = CIBSection(rawValue: name) else {
            let names = CIBSection.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("section \"\(name)\": expected \(names)")
        }
        return .section(section)
    }
}
