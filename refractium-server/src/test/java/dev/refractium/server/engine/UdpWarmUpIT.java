package dev.refractium.server.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.generation.Generation;
import dev.refractium.server.generation.GenerationBuilder;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.generation.Protocols;
import dev.refractium.server.it.support.CapturedLog;
import dev.refractium.server.it.support.CountingProtocol;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import dev.refractium.server.net.Loops;
import dev.refractium.server.upstream.Health;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions of a server with itself: they run by its protocols, and nothing of the server shows them. */
class UdpWarmUpIT {
    private static final String SESSIONS = "dev.refractium.server.session";

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final ServerResources resources = new ServerResources(Optional.empty());
    private UdpBackend backend;

    @BeforeEach
    void startBackend() throws Exception {
        backend = UdpBackend.echoOn("127.0.0.1");
    }

    @AfterEach
    void stop() {
        backend.close();
        resources.close();
        thread.shutdownNow();
    }

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void sessionsAreIdentifiedByTheServersProtocolsAndNothingShowsThem(String io) throws Exception {
        CountingProtocol protocol = new CountingProtocol(Identification.match());
        Running running = start(TestedIo.usable(io), protocol, Transport.UDP);
        try (CapturedLog log = new CapturedLog()) {
            // The first one may open files, for classes that are loaded.
            UdpWarmUp.run(running.engine().current(), running.loops());
            int before = Descriptors.areKnown() ? Descriptors.open() : 0;

            int sessions = UdpWarmUp.run(running.engine().current(), running.loops());

            // A busy machine may have time for fewer of them.
            System.out.printf("udp warm-up: %s: %d sessions%n", io, sessions);
            assertThat(sessions).isBetween(100, 3_000);
            // A port may be a client's again while its flow is still there.
            assertThat(protocol.asked()).isGreaterThan(sessions);
            assertThat(backend.received()).isZero();
            assertThat(running.engine().sessions().newestId()).isZero();
            assertThat(running.engine().sessions().ends().values()).containsOnly(0L);
            assertThat(running.engine().current().sessions()).isZero();
            assertThat(resources.backends().all()).allMatch(source -> source.health() == Health.UNKNOWN);
            assertThat(log.lines("")).isEmpty();
            await().untilAsserted(() -> assertThat(threads()).noneMatch(name -> name.startsWith("refractium-warm-up")));
            if (Descriptors.areKnown()) {
                // The thread of the loop closes what polls after the loop has been closed.
                await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
            }
            try (UdpClient client = UdpClient.to(running.udp())) {
                assertThat(client.send("a client").read()).isEqualTo("a client");
            }
        } finally {
            running.engine().abandon();
        }
    }

    @Test
    void protocolThatWaitsForAnotherDatagramIsAskedAboutFewSessions() throws Exception {
        CountingProtocol protocol = new CountingProtocol(Identification.needMore(1_000));
        Running running = start(TestedIo.name(), protocol, Transport.UDP);
        try {
            UdpWarmUp.run(running.engine().current(), running.loops());
            int before = Descriptors.areKnown() ? Descriptors.open() : 0;

            assertThat(UdpWarmUp.run(running.engine().current(), running.loops()))
                    .isZero();

            assertThat(protocol.asked()).isBetween(2, 200);
            if (Descriptors.areKnown()) {
                // The thread of the loop closes what polls after the loop has been closed.
                await().untilAsserted(() -> assertThat(Descriptors.open()).isLessThanOrEqualTo(before));
            }
        } finally {
            running.engine().abandon();
        }
    }

    @Test
    void protocolThatMatchesNothingLeavesTheRestOfASessionToBeRun() throws Exception {
        CountingProtocol protocol = new CountingProtocol(Identification.noMatch());
        Running running = start(TestedIo.name(), protocol, Transport.UDP);
        try {
            assertThat(UdpWarmUp.run(running.engine().current(), running.loops()))
                    .isPositive();
        } finally {
            running.engine().abandon();
        }
    }

    @Test
    void nothingRunsIfTheLogHasEverySession() throws Exception {
        CountingProtocol protocol = new CountingProtocol(Identification.match());
        Running running = start(TestedIo.name(), protocol, Transport.UDP);
        Configurator.setLevel(SESSIONS, Level.DEBUG);
        try {
            assertThat(UdpWarmUp.run(running.engine().current(), running.loops()))
                    .isZero();
            assertThat(protocol.asked()).isZero();
        } finally {
            Configurator.setLevel(SESSIONS, Level.INFO);
            running.engine().abandon();
        }
    }

    @Test
    void nothingRunsIfUdpIsNotServed() throws Exception {
        CountingProtocol protocol = new CountingProtocol(Identification.match());
        Running running = start(TestedIo.name(), protocol, Transport.TCP);
        try {
            assertThat(UdpWarmUp.run(running.engine().current(), running.loops()))
                    .isZero();
        } finally {
            running.engine().abandon();
        }
    }

    private record Running(Engine engine, Loops loops) {
        InetSocketAddress udp() {
            return engine.listeners().address(Transport.UDP).orElseThrow();
        }
    }

    private Running start(String io, CountingProtocol protocol, Transport transport) throws Exception {
        Generation generation = generation(io, protocol, transport);
        Loops loops = new Loops(LoopKeys.io(generation.config().server()), 1);
        Engine engine = new Engine(resources, loops, generation, new ReloadThread(thread));
        engine.start();
        return new Running(engine, loops);
    }

    private Generation generation(String io, CountingProtocol protocol, Transport transport) throws Exception {
        ConfigReader.Parsed parsed =
                ConfigReader.parse("""
                [server]
                io = "%s"
                drain_timeout_ms = 0

                [[protocols]]
                name = "counting"
                forward_to = "%s"
                transport = "udp"
                """.formatted(io, backend.address()), "test.toml", Path.of("/"));
        assertThat(parsed.problems()).isEmpty();
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        GenerationBuilder.Built built = new GenerationBuilder(
                        parsed.config(), new Protocols(List.of(protocol), List.of()), resources.backends())
                .listeners(List.of(ListenerSpec.of(transport, loopback)))
                .calls(resources.calls())
                .build();
        assertThat(built.problems()).isEmpty();
        return built.generation();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
    }
}
