package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What SECURITY.md says of backends that trust by address: a Redis in protected mode takes the proxy's clients for its own. */
class ProtectedRedisIT {
    private static final String PUBLIC = "10.1.2.3";

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void strangerIsDeniedDirectlyAndHasAllCommandsThroughTheProxy() throws Exception {
        lab.enterNetwork("ip link set lo up; ip addr add " + PUBLIC + "/32 dev lo");
        CommandLine.install(lab);
        lab.write("refractium.toml", """
                [[listeners]]
                name = "cache"
                bind = "10.1.2.3"
                port = 7000

                [[protocols]]
                name = "redis"
                transport = "tcp"
                patterns = ["*"]
                forward_to = "127.0.0.1:6379"
                """);
        lab.serve(() -> lab.accepts(6379), "redis-server", "--bind", "127.0.0.1", PUBLIC, "--save", "");
        CommandLine.serve(lab);

        assertThat(ping(6379)).startsWith("DENIED Redis is running in protected mode");
        assertThat(ping(7000)).isEqualTo("PONG");
    }

    private String ping(int port) throws Exception {
        Output output = lab.run("redis-cli", "-h", PUBLIC, "-p", port, "ping");
        return (output.text() + output.errors()).strip();
    }
}
