package dev.refractium.server.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Hook;
import dev.refractium.api.Session;
import dev.refractium.api.Tap;
import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.reload.DescriptorSum.Spender;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DescriptorSumTest {
    private static final DescriptorSum SUM = new DescriptorSum(
            true,
            List.of(new Spender(3, 3, "event loops"), new Spender(1, 10, "for others"), new Spender(2, 1, "plugins")));

    @Test
    void theSumIsReadAsItIsAddedUp() {
        assertThat(SUM.text(390))
                .isEqualTo("2 x 390 connections + 3 x 3 event loops + 10 for others + 2 x 1 plugins = 801");
        assertThat(SUM.total(390)).isEqualTo(801);
    }

    @Test
    void asManyConnectionsFitAsTheOthersLeaveRoomFor() {
        for (int limit = 0; limit < 2_000; limit++) {
            int fitting = SUM.connectionsWithin(limit);

            assertThat(SUM.total(fitting)).isLessThanOrEqualTo(limit);
            assertThat(SUM.total(fitting + 1)).isGreaterThan(limit);
        }
    }

    @Test
    void largeNumbersDoNotOverflow() {
        DescriptorSum many = new DescriptorSum(true, List.of(new Spender(1, 10_000_000, "UDP sessions")));

        assertThat(many.total(Integer.MAX_VALUE)).isEqualTo(10_000_000L + 2L * Integer.MAX_VALUE);
        assertThat(many.connectionsWithin(1_024)).isNegative();
    }

    @Test
    void udpSessionsCountWhereARouteTakesThem() throws Exception {
        assertThat(descriptors(server(Transport.TCP))).doesNotContain("UDP sessions");
        assertThat(descriptors(server(Transport.UDP))).contains(" + 4096 UDP sessions + ");
        assertThat(descriptors(server(Transport.TCP).fallback(Transport.UDP, "127.0.0.1:1")))
                .contains(" + 4096 UDP sessions + ");
    }

    @Test
    void connectionsCountWhereTcpIsServed() throws Exception {
        assertThat(descriptors(server(Transport.TCP).maxConnections(10))).startsWith("2 x 10 connections + ");
        assertThat(descriptors(server(Transport.UDP).transports(Transport.UDP))).startsWith("4096 UDP sessions + ");
    }

    @Test
    void loopsCountWithThatOfUdp() throws Exception {
        assertThat(descriptors(server(Transport.TCP).threads(4))).contains(" + 3 x 5 event loops + ");
    }

    @Test
    void theControlSocketCountsUnlessThereIsNone() throws Exception {
        assertThat(descriptors(server(Transport.TCP))).contains(" for control sockets + ");
        assertThat(descriptors(server(Transport.TCP).control("off"))).doesNotContain("control socket");
    }

    @Test
    void hooksCountWithWhatTheySayThatTheyMayHold() throws Exception {
        assertThat(descriptors(server(Transport.TCP).hook("files", new Files(7))))
                .contains(" + 7 for hook files + ");
        assertThat(descriptors(server(Transport.TCP).hook("files", new Files(0))))
                .doesNotContain("hook files");
    }

    @Test
    void namesCountWithTheirLookups() throws Exception {
        assertThat(descriptors(server(Transport.TCP)))
                .contains(" + 1 probes of backends + ")
                .doesNotContain("lookups");
        assertThat(descriptors(server(Transport.TCP).fallback(Transport.TCP, "localhost:1")))
                .contains(
                        " + 2 probes of backends + 3 x 1 event loop of name lookups + 2 x 2 lookups of names + 64 x 2 connects that race + ");
    }

    @Test
    void someAreKeptInReserve() throws Exception {
        assertThat(descriptors(server(Transport.TCP))).contains(" + 32 in reserve = ");
    }

    private static RefractiumBuilder server(Transport transport) {
        return Refractium.builder()
                .listen("127.0.0.1", 0)
                .route("any", r -> r.pattern(new byte[1]).transport(transport).to("127.0.0.1:1"));
    }

    private static String descriptors(RefractiumBuilder builder) throws Exception {
        return builder.check().descriptors();
    }

    private record Files(int descriptors) implements Hook {
        @Override
        public String name() {
            return "files";
        }

        @Override
        public @Nullable Tap open(Session session) {
            return null;
        }
    }
}
