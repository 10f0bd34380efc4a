package import CIB
internal import XMLTree

/// The CIB on this node's disk, with a history of earlier versions.
///
/// The files are Pacemaker's: `cib.xml` with its digest in `cib.xml.sig`, and numbered copies `cib-N.raw` with
/// `cib-N.raw.sig`. A write makes the next numbered copy first and then gives it the name `cib.xml` too, so at every
/// moment at least one copy with a matching digest is on disk. `cib.lineage` is ours. Blocking: belongs on a thread of its own.
package struct DocumentStore: Sendable {
    /// What was found on disk.
    package struct Loaded: Sendable, Equatable {
        /// `nil` when there is no intact copy.
        package var document: CIBDocument?
        /// What was stored after the document; `.none` when the last copy is lost.
        package var lineage = CIBLineage.none
        /// What the operator should know, in words: damaged files, which copy was taken instead.
        package var notes: [String] = []
    }

    private let directory: String
    private let historyLimit: Int
    /// The number of the next copy; `nil` until the directory was looked at.
    private var nextNumber: Int?
    /// What is in the file; `nil` until it was written.
    private var storedLineage: CIBLineage?

    /// - Parameters:
    ///   - directory: exists already; belongs to the daemon alone.
    ///   - historyLimit: how many numbered copies are kept, at least 2. Default 50; more take more space only.
    package init(directory: String, historyLimit: Int = 50) {
        self.directory = directory
        self.historyLimit = max(2, historyLimit)
    }

    private func path(_ name: String) -> String { directory + "/" + name }
}

// MARK: - Writing

extension DocumentStore {
    /// Writes a document; when this returns, it survives a power cut.
    ///
    /// - Throws: `StoreFailure`; what was on disk before is then still there and intact.
    package mutating func store(_ document: CIBDocument) throws(StoreFailure) {
        let form = document.storageForm
        let numbers = copyNumbers()
        let number = nextNumber ?? (numbers.last ?? 0) + 1
        let copy = path("cib-\(number).raw")
        let temporary = path("cib.new")
        do throws(StoreFailure) {
            try DurableFile.writeNew(Array(form.formatted().utf8), to: temporary)
            try DurableFile.writeNew(Array(storageDigest(of: form).utf8), to: copy + ".sig")
            try DurableFile.rename(temporary, to: copy)
            try DurableFile.link(copy, as: path("cib.xml"))
            try DurableFile.link(copy + ".sig", as: path("cib.xml.sig"))
            try DurableFile.synchroniseDirectory(of: copy)
        } catch {
            DurableFile.remove(temporary)
            throw error
        }
        nextNumber = number < .max ? number + 1 : 1
        for old in (numbers + [number]).dropLast(historyLimit) {
            DurableFile.remove(path("cib-\(old).raw"))
            DurableFile.remove(path("cib-\(old).raw.sig"))
        }
    }

    /// Writes the lineage of the document that was stored last, into a file of its own: Pacemaker's have no place for it.
    ///
    /// - Throws: `StoreFailure`; the file is then as it was.
    package mutating func store(_ lineage: CIBLineage) throws(StoreFailure) {
        if lineage == storedLineage { return }
        try DurableFile.write(Array("\(lineage)\n".utf8), to: path("cib.lineage"))
        storedLineage = lineage
    }

    /// The numbers of the copies in the history, ascending.
    private func copyNumbers() -> [Int] {
        DurableFile.names(in: directory).compactMap { name in
            guard name.hasPrefix("cib-"), name.hasSuffix(".raw") else { return nil }
            return Int(name.dropFirst(4).dropLast(4)).flatMap { (0..<Int.max).contains($0) ? $0 : nil }
        }.sorted()
    }
}

// MARK: - Reading

extension DocumentStore {
    private enum Copy {
        case absent
        case intact(CIBDocument)
        case damaged(String)
    }

    /// Reads the newest intact copy: `cib.xml`, else the last of the history that is intact.
    ///
    /// A damaged `cib.xml` is kept as `cib.xml.damaged` for the operator to look at.
    package func load() -> Loaded {
        var loaded = Loaded()
        switch read("cib.xml", &loaded.notes) {
        case .intact(let document):
            loaded.document = document
            loaded.lineage = readLineage(&loaded.notes)
            return loaded
        case .absent: break
        case .damaged(let reason):
            loaded.notes.append("\(path("cib.xml")) is damaged (\(reason)); kept as cib.xml.damaged")
            do { try DurableFile.rename(path("cib.xml"), to: path("cib.xml.damaged")) } catch {
                loaded.notes.append(error.message)
            }
        }
        let numbers = copyNumbers()
        for number in numbers.reversed() {
            let name = "cib-\(number).raw"
            switch read(name, &loaded.notes) {
            case .intact(let document):
                loaded.notes.append("\(path(name)), version \(document.version), is taken instead")
                loaded.document = document
                // An earlier copy than the last is less than what the lineage promises.
                if number == numbers.last { loaded.lineage = readLineage(&loaded.notes) }
                return loaded
            case .absent: break
            case .damaged(let reason): loaded.notes.append("\(path(name)) is damaged too (\(reason))")
            }
        }
        if !loaded.notes.isEmpty {
            loaded.notes.append("no intact CIB is in \(directory): this node begins with an empty one")
        }
        return loaded
    }

    private func readLineage(_ notes: inout [String]) -> CIBLineage {
        do {
            guard let bytes = try DurableFile.read(path("cib.lineage")) else { return .none }
            if let number = UInt64(String(decoding: bytes.prefix { $0 > 0x20 }, as: UTF8.self)) {
                return CIBLineage(rawValue: number)
            }
            notes.append("\(path("cib.lineage")) holds no number: the CIB of any other node counts more than this one")
        } catch {
            notes.append(error.message)
        }
        return .none
    }

    private func read(_ name: String, _ notes: inout [String]) -> Copy {
        do throws(StoreFailure) {
            guard let text = try DurableFile.read(path(name)) else { return .absent }
            let root: XMLElement
            do throws(XMLFailure) { root = try XMLElement(parsing: text) } catch { return .damaged(error.description) }
            if let recorded = try DurableFile.read(path(name + ".sig")) {
                let expected = String(decoding: recorded.prefix { $0 > 0x20 }, as: UTF8.self)
                let digest = storageDigest(of: root)
                guard digest == expected else {
                    return .damaged("its digest is \(digest), the recorded one \"\(expected)\"")
                }
            } else {
                notes.append("\(path(name)) has no digest beside it: taken as it is")
            }
            do throws(CIBFailure) { return .intact(try CIBDocument(root)) } catch { return .damaged(error.description) }
        } catch {
            return .damaged(error.message)
        }
    }
}
