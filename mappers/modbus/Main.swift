// The mapper's entry comes with its driver.
@main
struct Main {
  static func main() {}
}
