/// How far the references of a configuration are checked.
public enum ReferenceCheck {
  /// Not at all: what they stand in was there before.
  case none
  /// Whether they are well-formed.
  case form
  /// Also whether what they refer to is there, of which the function knows; what isn't there is worth a warning.
  case objects((ReferencedObject) -> ReferencedContent)
}
