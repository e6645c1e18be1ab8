package dev.refractium.server.it.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.OwnNetwork;
import dev.refractium.server.it.support.TestedIo;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two backends is killed, stopped and cut off under load, and comes back each time: no session fails but those that
 * were under way when it was killed. {@code -Drefractium.full=true} makes it 10,000 sessions a phase, on both kinds of
 * sockets, with HAProxy beside.
 */
@Alone
class FailoverStormIT {
    private static final int PHASES = 7;
    private static final Pattern LINE = Pattern.compile(
            "front=\\S+ phase=(\\S+) sessions=(\\d+) failed=(\\d+) under-way=(\\d+) of-those-failed=(\\d+) .*");

    /** A session that a backend had not been given would have ended otherwise. */
    private static final String ENDS = "ends=\\{(backend-reset=\\d+, )?done=\\d+}";

    /** More ports than usual, since each session takes two. */
    private static final String NETWORK = "ip link set lo up && nft add table inet cut"
            + " && nft 'add chain inet cut in { type filter hook input priority 0; }'"
            + " && echo 1024 65535 >/proc/sys/net/ipv4/ip_local_port_range";

    @TempDir
    private Path directory;

    @Test
    void noSessionFailsThatWasNotRelayedToTheBackendBefore() throws Exception {
        for (String io : Full.is() ? TestedIo.kinds() : List.of(TestedIo.name())) {
            List<String> said = storm(io);

            assertThat(said.stream().filter(line -> line.startsWith("front=")))
                    .hasSize(PHASES)
                    .allSatisfy(FailoverStormIT::assertLostNothing);
            assertThat(said).as("how sessions ended").anyMatch(line -> line.matches(ENDS));
        }
        if (Full.is()) {
            storm("haproxy");
        }
    }

    private List<String> storm(String front) throws Exception {
        List<String> said = new OwnNetwork(directory.resolve(front), NETWORK)
                .run(FailoverStorm.class, front, Full.is() ? "full" : "short");
        said.forEach(line -> System.out.println("failover storm: " + line));
        return said;
    }

    private static void assertLostNothing(String line) {
        Matcher phase = LINE.matcher(line);
        assertThat(phase.matches()).as(line).isTrue();
        assertThat(phase.group(3))
                .as("failed of those that began later: %s", line)
                .isEqualTo("0");
        if (!phase.group(1).equals("killed")) {
            assertThat(phase.group(5)).as("failed of those under way: %s", line).isEqualTo("0");
        }
    }
}
