internal import ServiceLifecycle

/// Where a mapper's devices come from.
///
/// While it runs it hands what changes of the mapper's devices to whoever made it, the first time everything there is.
/// What is in its way it logs, tries again, and leaves the devices that run as they are.
protocol SpecSource: Service {}
