package dev.refractium.server.it.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.refractium.server.it.support.Alone;
import dev.refractium.server.it.support.Attempts;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.NonReaders;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of clients that request bytes without end and do not read. */
@Alone
class NonReadersIT {
    private static final int WANTED = Full.is() ? 10_000 : 500;

    /** So little that the crowd could hold many times as much. */
    private static final long RELAY_MEMORY = Full.is() ? 16 << 20 : 1 << 20;

    /** A server needs two descriptors for each client. */
    private static final int BESIDES = 600;

    private static final String NETWORK =
            "ulimit -n 65536 2>/dev/null || ulimit -n $(ulimit -H -n); " + "ip link set lo mtu 1500 up";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @MethodSource("dev.refractium.server.it.support.TestedIo#kinds")
    void clientsThatDoNotReadHoldNoMoreThanRelayMemory(String io) throws Exception {
        String unshare = unshare();
        int descriptors = Integer.parseInt(run(unshare, NETWORK + "; ulimit -n").strip());
        int clients = Math.min(WANTED, (descriptors - BESIDES) / 2);
        String java = System.getProperty("java.home") + "/bin/java";

        String command = NETWORK + " && exec '" + java + "' -Xmx256m -cp '" + System.getProperty("java.class.path")
                + "' " + NonReaders.class.getName() + " " + TestedIo.usable(io) + " " + RELAY_MEMORY + " " + clients;

        String said = Attempts.untilGood(() -> figures(unshare, command), NonReadersIT::isSmallReadFast);

        System.out.printf("clients that do not read: %s: relay_memory=%d %s%n", io, RELAY_MEMORY, said.strip());
        assertThat(figure(said, "live")).isGreaterThanOrEqualTo(clients);
        assertThat(figure(said, "held")).isBetween(RELAY_MEMORY * 0.5, (double) RELAY_MEMORY);
        assertThat(figure(said, "left")).isZero();
        assertThat(isSmallReadFast(said)).as(said).isTrue();
    }

    /** Beside a crowd that holds everything a small read waits for its sink to say that it has room, and no longer. */
    private static boolean isSmallReadFast(String said) {
        return figure(said, "p99beside") < 2 * figure(said, "p99before") + 5;
    }

    private String figures(String unshare, String command) throws Exception {
        String all = run(unshare, command);
        return all.lines()
                .filter(line -> line.startsWith("clients="))
                .findFirst()
                .orElse(all);
    }

    /** As the system's root the limit of descriptors can be raised; else a namespace makes one a root of its own. */
    private String unshare() throws Exception {
        for (String unshare : new String[] {"unshare -n", "unshare -rn"}) {
            if (exitCode(unshare, NETWORK) == 0) {
                return unshare;
            }
        }
        System.out.println("clients that do not read: skipped, no network namespace available");
        assumeTrue(false, "a network namespace of one's own");
        return "";
    }

    private static double figure(String said, String name) {
        Matcher found = Pattern.compile(name + "=([0-9.]+)").matcher(said);
        assertThat(found.find()).as(said).isTrue();
        return Double.parseDouble(found.group(1));
    }

    private String run(String unshare, String command) throws Exception {
        int exitCode = exitCode(unshare, command);
        String said = Files.readString(out(), StandardCharsets.UTF_8);
        assertThat(exitCode).as(said).isZero();
        return said;
    }

    private int exitCode(String unshare, String command) throws IOException, InterruptedException {
        return new ProcessBuilder("sh", "-c", "exec " + unshare + " sh -c \"$0\"", command)
                .redirectErrorStream(true)
                .redirectOutput(out().toFile())
                .start()
                .waitFor();
    }

    private Path out() {
        return directory.resolve("out");
    }
}
