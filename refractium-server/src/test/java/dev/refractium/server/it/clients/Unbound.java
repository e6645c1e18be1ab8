package dev.refractium.server.it.clients;

/** A real unbound, with a log of its own and nothing of the machine's own configuration. */
final class Unbound {
    private Unbound() {}

    /**
     * Starts one on a port of 127.0.0.1, and waits until it is bound.
     *
     * @param settings lines of the clause {@code server}
     * @param clauses other clauses
     */
    static void start(Lab lab, int port, String settings, String clauses) throws Exception {
        String configuration = """
                server:
                  interface: 127.0.0.1
                  port: %d
                  username: ""
                  chroot: ""
                  directory: "%s"
                  pidfile: ""
                  use-syslog: no
                  do-ip6: no
                  module-config: "iterator"
                %sremote-control:
                  control-enable: no
                %s""".formatted(port, lab.directory(), settings.indent(2), clauses);
        lab.serve(() -> Ports.hears(port), "unbound", "-d", "-c", lab.write("unbound.conf", configuration));
    }
}
