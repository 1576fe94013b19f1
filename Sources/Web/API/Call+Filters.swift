import Engine
import Notation

/// What lists are filtered by. A word that names nothing is refused: an empty list would say that nothing is wrong there.
extension Call {
    /// The service that `service` names; nil when it is not asked for.
    func service(in organisation: Organisation) throws -> ServiceID? {
        try query.text("service").map { word in
            guard let service = organisation.service(named: word) else {
                throw InputFault(at: "/service", "there is no service \"\(word)\"")
            }
            return service.id
        }
    }

    /// Where a list goes on. Anything but the id of a row would begin it anew, for ever.
    func after<ID: Identifier>(_: ID.Type) throws -> ID? {
        try query.text("after").map { word in
            guard word.hasPrefix(ID.prefix + "_") else {
                throw InputFault(at: "/after", "must be the \"next\" of the page of the list before")
            }
            return ID(word)
        }
    }
}
