import DeviceAPI
import JSON

enum OpenAPIDocument { static func v3(_ v: APIVersion) -> JSONValue { [:] } }
