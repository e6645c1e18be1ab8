package dev.refractium.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.config.Origin;
import dev.refractium.server.config.Problem;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.net.DirectMemory;
import dev.refractium.server.reload.DescriptorSum.Lowerable;
import dev.refractium.server.reload.DescriptorSum.Spender;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a machine cannot serve, and the key that is to blame. */
class MachineChecksTest {
    private static final Origin FILE = new Origin("a.toml:1:1", "server", Map.of("max_connections", "a.toml:3:1"));
    private static final DescriptorSum PLAIN = new DescriptorSum(true, List.of(new Spender(1, 100, "for all others")));

    private final Problems problems = new Problems();
    private final Problems unfit = new Problems();

    @Test
    void whatFitsIsTaken() {
        assertThat(maxConnections(said(450), PLAIN, 1_000)).isEqualTo(450);
        assertThat(maxConnections(ServerConfig.defaults(), PLAIN, 1_000_000)).isEqualTo(10_000);

        assertThat(unfit.all()).isEmpty();
    }

    @Test
    void theDefaultIsWhatFits() {
        assertThat(maxConnections(ServerConfig.defaults(), PLAIN, 1_000)).isEqualTo(450);

        assertThat(unfit.all()).isEmpty();
    }

    @Test
    void tooManyConnectionsAreRefusedWithTheSumAndTheNumberThatFits() {
        maxConnections(said(451), PLAIN, 1_000);

        assertThat(unfit.all())
                .containsExactly(new Problem(
                        "a.toml:3:1",
                        "server.max_connections",
                        "451 is too many: 2 x 451 connections + 100 for all others = 1002 descriptors, and the limit"
                                + " is 1000; use 450 or less, or raise ulimit -n"));
        assertThat(problems.all()).isEmpty();
    }

    @Test
    void whereOthersLeaveNoRoomTheirKeyIsNamed() {
        DescriptorSum sum = new DescriptorSum(
                true,
                List.of(
                        new Spender(1, 4096, "UDP sessions", Optional.of(new Lowerable(FILE, "udp_max_sessions"))),
                        new Spender(1, 300, "for hook m", Optional.of(new Lowerable(FILE, "hook"))),
                        new Spender(1, 100, "for all others")));

        maxConnections(ServerConfig.defaults(), sum, 1_024);

        assertThat(unfit.all())
                .containsExactly(new Problem(
                        "a.toml:1:1",
                        "server.udp_max_sessions",
                        "4096 UDP sessions are too many: 2 x 1 connections + 4096 UDP sessions + 300 for hook m + 100"
                                + " for all others = 4498 descriptors, and the limit is 1024; use 312 or less, or"
                                + " raise ulimit -n"));
    }

    @Test
    void whereNothingCanBeLoweredTheLimitIsNamed() {
        maxConnections(ServerConfig.defaults(), PLAIN, 101);

        assertThat(unfit.all())
                .singleElement()
                .extracting(Problem::message)
                .asString()
                .endsWith("is 101; raise ulimit -n");
    }

    @Test
    void aLimitThatIsNotKnownRefusesNothing() {
        assertThat(new MachineChecks(said(1_000_000), problems, unfit)
                        .maxConnections(PLAIN, OptionalInt.empty(), Optional.empty()))
                .isEqualTo(1_000_000);

        assertThat(unfit.all()).isEmpty();
    }

    @Test
    void moreLoopsThanDirectMemoryHasRoomForAreRefusedWithTheNumberThatFits() {
        int fitting = DirectMemory.fittingLoops() - 1;

        new MachineChecks(threads(Math.min(256, fitting)), problems, unfit).threads();
        assertThat(unfit.all()).isEmpty();
        if (fitting < 256) {
            new MachineChecks(threads(fitting + 1), problems, unfit).threads();
            assertThat(unfit.all())
                    .singleElement()
                    .satisfies(problem -> assertThat(problem.key()).isEqualTo("server.threads"))
                    .satisfies(problem -> assertThat(problem.message()).contains("use " + fitting + " or less"));
        }
    }

    @Test
    void peekMemoryThatIsTooSmallForOneLoopIsRefusedEverywhere() {
        new MachineChecks(server(Map.of("peek_memory", 65_536L, "peek_buffer_size", 65_536L)), problems, unfit)
                .memory();

        assertThat(problems.all()).singleElement().extracting(Problem::key).isEqualTo("server.peek_memory");
        assertThat(unfit.all()).isEmpty();
    }

    private int maxConnections(ServerConfig server, DescriptorSum sum, int limit) {
        return new MachineChecks(server, problems, unfit).maxConnections(sum, OptionalInt.of(limit), Optional.empty());
    }

    private static ServerConfig said(long connections) {
        return server(Map.of("max_connections", connections));
    }

    private static ServerConfig threads(long threads) {
        return server(Map.of("threads", threads));
    }

    private static ServerConfig server(Map<String, Long> values) {
        return ServerConfig.defaults().with(values, FILE);
    }
}
