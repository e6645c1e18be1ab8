package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.RouteBuilder;
import dev.refractium.server.config.PeerTrust;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.it.support.PrefixProtocol;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.net.LinuxSockets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key {@code peer_trust}: routes that lead strangers to servers which trust by address. */
class PeerTrustIT {
    private static final String PUBLIC = "203.0.113.5";

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:6379", "[::1]:6379", "10.0.0.9:6379", "[fd00::9]:6379", "localhost:6379"})
    void strangersAtABackendInsideAreAWarning(String backend) throws Exception {
        List<String> warnings = warnings(PUBLIC, route -> route.to(backend));

        assertThat(warnings)
                .singleElement()
                .asString()
                .contains("protocols.redis.forward_to: \"redis\" servers may trust clients by address, and " + backend)
                .contains("source = \"client\"", "peer_trust = \"known\"");
    }

    @ParameterizedTest
    @CsvSource({"203.0.113.5, 198.51.100.9:6379", "127.0.0.1, 127.0.0.1:6379", "10.0.0.1, 10.0.0.9:6379"})
    void routeThatLeadsNoStrangerInsideIsNone(String bind, String backend) throws Exception {
        assertThat(warnings(bind, route -> route.to(backend))).isEmpty();
    }

    @Test
    void unixSocketIsInsideAndNoneItself(@TempDir Path directory) throws Exception {
        assertThat(warnings(PUBLIC, route -> route.to("unix:/run/redis.sock").transport(Transport.TCP)))
                .singleElement()
                .asString()
                .contains("and unix:/run/redis.sock, which is inside", "by send_proxy, or write peer_trust");

        Path file = Files.writeString(directory.resolve("refractium.toml"), """
                [[listeners]]
                name = "app"
                path = "%s"

                [[protocols]]
                name = "redis"
                transport = "tcp"
                forward_to = "127.0.0.1:6379"
                """.formatted(directory.resolve("app")));
        RefractiumBuilder server = TestedIo.server().config(file).protocol(PrefixProtocol.trusting("redis", "*"));
        assertThat(server.check().warnings()).isEmpty();
    }

    @Test
    void knownTrustIsNone() throws Exception {
        assertThat(warnings(PUBLIC, route -> route.to("127.0.0.1:6379").peerTrust(PeerTrust.KNOWN)))
                .isEmpty();
    }

    @Test
    void clientsOwnAddressIsNone() throws Exception {
        Assumptions.assumeTrue(LinuxSockets.mayBindForeign(), "CAP_NET_RAW");

        RefractiumBuilder server =
                redis(PUBLIC, route -> route.to("10.0.0.9:6379").source("client"));

        assertThat(server.io("auto").check().warnings()).isEmpty();
    }

    @Test
    void startWarnsToo(@TempDir Path directory) throws Exception {
        OwnNetwork network =
                new OwnNetwork(directory.resolve("out"), "ip link set lo up && ip addr add " + PUBLIC + "/32 dev lo");

        List<String> said = network.run(WarnedStart.class);

        assertThat(said)
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "WARN", "protocols.redis.forward_to: \"redis\" servers may trust clients by address"));
    }

    /** A program of its own, to be run where there is a public address. */
    static final class WarnedStart {
        private WarnedStart() {}

        public static void main(String[] arguments) throws Exception {
            try (CapturedLog log = new CapturedLog();
                    Refractium server = redis("0.0.0.0", route -> route.to("127.0.0.1:6379"))
                            .start()) {
                System.out.println("serves " + server.tcp().orElseThrow());
                log.lines("trust clients").forEach(System.out::println);
            }
        }
    }

    private static List<String> warnings(String bind, UnaryOperator<RouteBuilder> route) throws Exception {
        return redis(bind, route).check().warnings();
    }

    private static RefractiumBuilder redis(String bind, UnaryOperator<RouteBuilder> route) {
        return TestedIo.server()
                .listen(bind, 6380)
                .transports(Transport.TCP)
                .protocol(PrefixProtocol.trusting("redis", "*"))
                .route("redis", route);
    }
}
