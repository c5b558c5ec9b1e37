// A driver's author writes one import: schemas carry JSON values, and connections log.
@_exported public import JSON
@_exported public import Logging
