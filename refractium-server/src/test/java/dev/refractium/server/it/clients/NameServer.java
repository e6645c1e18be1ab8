package dev.refractium.server.it.clients;

import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A real DNS server, dnsmasq, whose records a test changes while it runs. One thread. */
final class NameServer {
    private final Lab lab;
    private final int port;
    private final String configuration;
    private @Nullable Process process;

    private NameServer(Lab lab, int port, String configuration) {
        this.lab = lab;
        this.port = port;
        this.configuration = configuration;
    }

    /**
     * Starts it.
     *
     * @param ttl of its addresses, in seconds
     * @param hosts its addresses, in the form of a hosts file
     * @param more lines of its configuration
     */
    static NameServer start(Lab lab, int ttl, String hosts, String... more) throws Exception {
        int port = Ports.free();
        NameServer server = new NameServer(
                lab, port, """
                port=%d
                listen-address=127.0.0.1
                bind-interfaces
                no-resolv
                no-hosts
                no-poll
                local=/test/
                local-ttl=%d
                edns-packet-max=1232
                addn-hosts=%s
                %s
                """.formatted(port, ttl, lab.directory().resolve("records"), String.join("\n", more)));
        lab.write("records", hosts);
        server.start();
        return server;
    }

    /** Starts it, again if it was killed. */
    void start() throws Exception {
        process = lab.serve(
                () -> Ports.accepts(port),
                "dnsmasq",
                "--no-daemon",
                "--conf-file=" + lab.write("names.conf", configuration));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(Ports.loopback(), port);
    }

    /** As the key {@code resolvers} has it. */
    String text() {
        return "127.0.0.1:" + port;
    }

    /** Replaces its addresses. */
    void records(String hosts) throws Exception {
        lab.write("records", hosts);
        lab.run("sh", "-c", "kill -HUP " + running().pid());
    }

    void kill() throws Exception {
        running().destroyForcibly().waitFor();
    }

    private Process running() {
        return Objects.requireNonNull(process, "started");
    }
}
