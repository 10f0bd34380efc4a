internal import Glibc
package import LocalServices

extension ServiceError {
    /// What libcorosync makes of an error of a system call: `qb_to_cs_error`.
    package init(systemError code: Int32) {
        switch code {
        case EBADF: self = .badHandle
        case ENOMEM: self = .noMemory
        case ENOMSG, ENOBUFS, ETIMEDOUT, EAGAIN: self = .tryAgain
        case EBADE: self = .failedOperation
        case ETIME: self = .timeout
        case EINVAL: self = .invalidParameter
        case EBUSY: self = .busy
        case EACCES: self = .access
        case EOVERFLOW: self = .nameTooLong
        case EEXIST: self = .exist
        case ENOSPC: self = .noSpace
        case EINTR: self = .interrupt
        case ENOENT, ENODEV: self = .notExist
        case ENOSYS, ENOTSUP: self = .notSupported
        case EBADMSG: self = .messageError
        case EMSGSIZE, E2BIG: self = .tooBig
        default: self = .library
        }
    }

    /// The name that corosync's tools print: `cs_strerror`.
    package var name: String {
        switch self {
        case .ok: "success"
        case .library: "CS_ERR_LIBRARY"
        case .version: "CS_ERR_VERSION"
        case .initialisation: "CS_ERR_INIT"
        case .timeout: "CS_ERR_TIMEOUT"
        case .tryAgain: "CS_ERR_TRY_AGAIN"
        case .invalidParameter: "CS_ERR_INVALID_PARAM"
        case .noMemory: "CS_ERR_NO_MEMORY"
        case .badHandle: "CS_ERR_BAD_HANDLE"
        case .busy: "CS_ERR_BUSY"
        case .access: "CS_ERR_ACCESS"
        case .notExist: "CS_ERR_NOT_EXIST"
        case .nameTooLong: "CS_ERR_NAME_TOO_LONG"
        case .exist: "CS_ERR_EXIST"
        case .noSpace: "CS_ERR_NO_SPACE"
        case .interrupt: "CS_ERR_INTERRUPT"
        case .nameNotFound: "CS_ERR_NAME_NOT_FOUND"
        case .noResources: "CS_ERR_NO_RESOURCES"
        case .notSupported: "CS_ERR_NOT_SUPPORTED"
        case .badOperation: "CS_ERR_BAD_OPERATION"
        case .failedOperation: "CS_ERR_FAILED_OPERATION"
        case .messageError: "CS_ERR_MESSAGE_ERROR"
        case .queueFull: "CS_ERR_QUEUE_FULL"
        case .queueNotAvailable: "CS_ERR_QUEUE_NOT_AVAILABLE"
        case .badFlags: "CS_ERR_BAD_FLAGS"
        case .tooBig: "CS_ERR_TOO_BIG"
        case .noSections: "CS_ERR_NO_SECTIONS"
        case .contextNotFound: "CS_ERR_CONTEXT_NOT_FOUND"
        case .tooManyGroups: "CS_ERR_TOO_MANY_GROUPS"
        case .security: "CS_ERR_SECURITY"
        }
    }
}
