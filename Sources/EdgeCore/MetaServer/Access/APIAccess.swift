/// Who may use the API.
package enum APIAccess: Sendable {
  /// Whoever reaches it.
  case everybody
  /// Who shows the token. Health is told to everybody, and metrics, where only this machine can ask.
  case token(APIToken, opensMetrics: Bool)

  /// Whether the client has shown a credential.
  ///
  /// - Throws: ``APIStatus`` 401.
  package func check(_ header: String?, for target: APIRequest.Target?) throws(APIStatus) -> Bool {
    guard case .token(let token, let opensMetrics) = self else { return false }
    if token.isShown(by: header) { return true }
    switch target {
    case .health: return false
    case .metrics where opensMetrics: return false
    default: throw APIStatus(401, "Unauthorized", "Unauthorized", group: "")
    }
  }
}
