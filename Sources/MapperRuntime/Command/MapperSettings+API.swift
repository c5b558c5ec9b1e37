internal import APIClient

/// What a user set of the way to the API.
extension MapperSettings {
  /// Takes what to show to the API server, and finds out whether it can be used.
  static func takeAPICredentials(
    _ setting: (MapperOption) -> Setting?, into configuration: inout MapperConfiguration
  ) throws(MapperOptionError) {
    let settings = [setting(.apiKubeconfig), setting(.apiTokenFile), setting(.apiCAFile)].compactMap(\.self)
    guard let first = settings.first else { return }
    if let kubeconfig = setting(.apiKubeconfig) {
      if let other = setting(.apiServer) ?? setting(.apiTokenFile) ?? setting(.apiCAFile) {
        throw MapperOptionError(place: other.place, problem: "\(kubeconfig.text) says that already (\(kubeconfig.place))")
      }
    }
    let credentials = APICredentials(
      kubeconfig: setting(.apiKubeconfig)?.text, tokenFile: setting(.apiTokenFile)?.text, caFile: setting(.apiCAFile)?.text)
    let client: APIClient
    do throws(APIError) { client = try credentials.client(configuration.apiServer) } catch {
      throw MapperOptionError(place: first.place, problem: error.message)
    }
    if let authority = setting(.apiCAFile), !client.usesTLS {
      throw MapperOptionError(place: authority.place, problem: "\(client.server) is spoken to without TLS; write https://")
    }
    configuration.apiServer = client.server
    configuration.apiCredentials = credentials
  }
}
