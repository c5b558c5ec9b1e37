import ArgumentParser
import EdgeCore

/// What a user may say about who uses the API, and over what.
struct APIOptions: ParsableArguments {
  @Option(
    help: Self.help(
      "Who may use the API: none for whoever reaches it (default), or token for who shows the one in the kubeconfig", "AUTH", "auth",
      "none|token"))
  var metaServerAuth: String?
  @Option(
    help: Self.help(
      "The file with the token, made at the first start for kubectl --kubeconfig (default: kubeconfig beside the database)", "KUBECONFIG",
      "kubeconfig"))
  var metaServerKubeconfig: String?
  @Option(
    help: Self.help(
      "Names that clients ask for, beside those of the certificate, with commas between", "NAMES", "names", "name,..."))
  var metaServerNames: String?
  @Option(help: Self.help("The API's certificate: with it, the API is served with TLS", "TLS_CERT_FILE", "tlsCertFile"))
  var metaServerTLSCertFile: String?
  @Option(help: Self.help("The key of that certificate", "TLS_PRIVATE_KEY_FILE", "tlsPrivateKeyFile"))
  var metaServerTLSPrivateKeyFile: String?
  @Option(
    help: Self.help("The authority that the kubeconfig tells clients to trust (default: the certificate)", "TLS_CA_FILE", "tlsCaFile"))
  var metaServerTLSCaFile: String?

  private static func help(_ text: String, _ variable: String, _ key: String, _ value: String = "file") -> ArgumentHelp {
    ArgumentHelp("\(text) (EDGECORE_META_SERVER_\(variable), modules.metaManager.metaServer.\(key)).", valueName: value)
  }

  /// Adds what was said to other options.
  func set(_ options: inout EdgeCoreOptions) {
    options.metaServerAuth = metaServerAuth
    options.metaServerKubeconfig = metaServerKubeconfig
    options.metaServerNames = metaServerNames
    options.metaServerTLSCertFile = metaServerTLSCertFile
    options.metaServerTLSPrivateKeyFile = metaServerTLSPrivateKeyFile
    options.metaServerTLSCaFile = metaServerTLSCaFile
  }
}
