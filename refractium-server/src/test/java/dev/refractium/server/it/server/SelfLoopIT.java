package dev.refractium.server.it.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A backend that is the listener itself is refused before anything listens. */
@Alone
class SelfLoopIT {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1",
        "127.0.0.1, localhost",
        "127.0.0.1, 0.0.0.0",
        "0.0.0.0,   127.0.0.1",
        "0.0.0.0,   127.0.0.9",
        "0.0.0.0,   localhost",
        "0.0.0.0,   0.0.0.0",
        "'::',      [::1]",
        "'::',      127.0.0.1",
        "'::1',     [::1]",
        "localhost, 127.0.0.1",
    })
    void routeToTheListenerIsRefused(String bind, String host) throws Exception {
        int port = TestBackend.deadPort();
        String self = host + ":" + port;
        List<RefractiumBuilder> loops = List.of(
                on(bind, port)
                        .route(
                                "loop",
                                r -> r.pattern(new byte[] {'L'})
                                        .transport(Transport.TCP)
                                        .to(self)),
                on(bind, port)
                        .route(
                                "loop",
                                r -> r.pattern(new byte[] {'L'})
                                        .transport(Transport.UDP)
                                        .to("127.0.0.1:9", self)),
                on(bind, port).fallback(Transport.TCP, self),
                on(bind, port).fallback(Transport.UDP, self));

        for (RefractiumBuilder loop : loops) {
            ConfigException refused = catchThrowableOfType(ConfigException.class, loop::start);

            assertThat(refused).hasMessageContaining(self).hasMessageContaining("listener");
        }
        System.out.printf(
                "self-loop: bind %s to %s refused %d of %d, connections opened 0%n", bind, host, 4, loops.size());
    }

    @Test
    void loopsOfRouteAndFallbackAreBothReported(@TempDir Path directory) throws Exception {
        int port = TestBackend.deadPort();
        Path file = Files.writeString(directory.resolve("loop.toml"), """
                [server]
                bind = "127.0.0.1"
                port = %d

                [[protocols]]
                name = "loop"
                patterns = ["L"]
                forward_to = "localhost:%d"
                """.formatted(port, port));

        ConfigException refused = catchThrowableOfType(
                ConfigException.class, () -> TestedIo.server().config(file).start());

        assertThat(refused).hasMessageContaining("loop.toml:8:").hasMessageContaining("loop.toml:3:");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.2", "127.0.0.2, 127.0.0.1", "127.0.0.1, [::1]", "0.0.0.0, [::1]"})
    void anotherAddressOnTheSamePortIsNoLoop(String bind, String host) throws Exception {
        int port = TestBackend.deadPort();

        try (Refractium server =
                on(bind, port).fallback(Transport.TCP, host + ":" + port).start()) {
            assertThat(server.tcp()).isPresent();
        }
    }

    private static RefractiumBuilder on(String bind, int port) {
        return TestedIo.server().listen(bind, port);
    }
}
