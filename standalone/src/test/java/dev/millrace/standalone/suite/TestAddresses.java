package dev.millrace.standalone.suite;

import dev.millrace.sandbox.Ports;

/** Addresses for suites of tests. */
final class TestAddresses {
    private TestAddresses() {}

    /** Ports that nobody listens on at the moment. */
    static Addresses free() {
        while (true) {
            var addresses = Addresses.basedOn(Ports.free());
            if (addresses.all().keySet().stream().allMatch(Ports::isFree)) {
                return addresses;
            }
        }
    }
}
