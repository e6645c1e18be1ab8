package dev.refractium.server.it.clients;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A real DNS server with a few records, which forwards nothing. */
final class Dnsmasq {
    /** As long as one string of a TXT record may be, with room for a number before it. */
    static final String LONG_TEXT = "x".repeat(252);

    private Dnsmasq() {}

    /** Starts it and returns its port. {@code large.test} has an answer of over 2,000 bytes, {@code huge.test} of over 8,000. */
    static int start(Lab lab) throws Exception {
        int port = Ports.free();
        lab.serve(
                () -> Ports.accepts(port),
                "dnsmasq",
                "--no-daemon",
                "--conf-file=" + lab.write("dnsmasq.conf", configuration(port)));
        return port;
    }

    private static String configuration(int port) {
        return """
                port=%d
                listen-address=127.0.0.1
                bind-interfaces
                no-resolv
                no-hosts
                no-poll
                edns-packet-max=4096
                host-record=a.test,192.0.2.1,2001:db8::1
                address=/many.test/192.0.2.2
                %s
                %s
                """.formatted(port, texts("large.test", 8), texts("huge.test", 32));
    }

    private static String texts(String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "txt-record=" + name + "," + i + LONG_TEXT)
                .collect(Collectors.joining("\n"));
    }
}
