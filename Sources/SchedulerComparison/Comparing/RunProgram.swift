internal import Glibc

/// Reads a whole file; `nil` when it cannot be read.
func contents(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        if count == 0 { return ferror(file) == 0 ? result : nil }
        result.append(contentsOf: buffer[..<count])
    }
}

/// Writes a whole file; false when it cannot.
@discardableResult func store(_ bytes: some Collection<UInt8>, in path: String) -> Bool {
    guard let file = fopen(path, "wb") else { return false }
    let array = Array(bytes)
    let written = fwrite(array, 1, array.count, file)
    return fclose(file) == 0 && written == array.count
}

/// Runs a program to its end with its output in a file, for at most `limit` seconds.
///
/// - Returns: its exit code, 124 when it was stopped, `nil` when it could not be started or a signal ended it.
func runProgram(_ arguments: [String], output: String, limit: Int) -> Int32? {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    let words = ["timeout", String(limit)] + arguments
    var pointers: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var child: pid_t = 0
    guard posix_spawnp(&child, "timeout", &actions, nil, &pointers, environ) == 0 else { return nil }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { if errno != EINTR { return nil } }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
}
