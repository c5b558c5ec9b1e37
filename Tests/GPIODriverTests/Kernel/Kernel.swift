import FoundationEssentials
import Testing

/// What runs against the kernel's own character devices: in the VM of scripts/gpio-vm.sh, one test after the other.
@Suite(.serialized, .enabled(if: isKernelHere, "GPIOKernelTests runs it in the VM that has simulated chips"))
enum Kernel {}

private let isKernelHere = ProcessInfo.processInfo.environment["GPIO_VM_MODULES"] != nil
