package dev.refractium.server.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Transport;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.net.NameResolver;
import dev.refractium.server.upstream.Backends;
import dev.refractium.server.upstream.DialTimes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which times a pool has, of those that the server, the pool and the route say. */
class PoolTimesTest {
    @Test
    void dialTimeoutIsThreeTimesTheConnectTimeoutOfThePool() throws Exception {
        assertThat(times("")).containsEntry("plain", new DialTimes(3_000, 9_000));
        assertThat(times("connect_timeout = \"1s\"")).containsEntry("plain", new DialTimes(1_000, 3_000));
        assertThat(times("connect_timeout = \"1s\""))
                .containsEntry("slow", new DialTimes(5_000, 15_000))
                .containsEntry("own", new DialTimes(1_000, 2_000));
    }

    @Test
    void dialTimeoutOfTheServerIsThatOfPoolsWithoutOne() throws Exception {
        assertThat(times("dial_timeout = \"4s\""))
                .containsEntry("plain", new DialTimes(3_000, 4_000))
                .containsEntry("slow", new DialTimes(4_000, 4_000))
                .containsEntry("own", new DialTimes(2_000, 2_000));
    }

    private static Map<String, DialTimes> times(String server) throws InterruptedException {
        Config config = ConfigReader.parse("""
                [server]
                %s

                [pools.slow]
                servers = "127.0.0.1:81"
                connect_timeout = "5s"

                [[protocols]]
                name = "plain"
                patterns = ["a"]
                forward_to = "127.0.0.1:80"

                [[protocols]]
                name = "slow"
                patterns = ["b"]
                forward_to = "pool:slow"

                [[protocols]]
                name = "own"
                patterns = ["c"]
                forward_to = "127.0.0.1:82"
                dial_timeout = "2s"
                """.formatted(server), "test.toml", Path.of("/"))
                .config();
        try (NameResolver names = new NameResolver()) {
            return new GenerationBuilder(config, new Protocols(List.of(), List.of()), new Backends(names, any -> false))
                    .build().generation().routes(Transport.TCP).stream()
                            .collect(Collectors.toMap(
                                    route -> route.name(), route -> route.pool().times()));
        }
    }
}
