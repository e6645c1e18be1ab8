package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Descriptors;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process serves limits that {@code check} accepts, and refuses others by naming the key that is too large. */
class BudgetsIT extends LaunchTesting {
    private static final int LIMIT = 600;
    private static final int RESERVE = 32;
    private static final Pattern CONNECTIONS = Pattern.compile("(?m)^connections +(\\d+) at most$");
    private static final Pattern SUM = Pattern.compile("(?m)^descriptors +2 x \\d+ connections .* = (\\d+) of (\\d+)$");
    private static final Pattern FITTING = Pattern.compile("use (\\d+) or less");

    @BeforeEach
    void needsLinux() {
        assumeThat(Descriptors.areKnown()).as("descriptors can be counted here").isTrue();
    }

    @Test
    void connectionsThatCheckPromisesAreServedAtOnceBesideHooksWithDescriptors() throws Exception {
        try (TestBackend copies =
                TestBackend.serving(socket -> socket.getInputStream().readAllBytes())) {
            watched(copies, "");
            int most = number(CONNECTIONS, checked("check", "--plugins", Launched.plugins()));
            watched(copies, "max_connections = " + most);
            Matcher sum = found(SUM, checked("check", "--plugins", Launched.plugins()));
            assertThat(Integer.parseInt(sum.group(1))).isBetween(LIMIT - 1, LIMIT);
            assertThat(sum.group(2)).isEqualTo(String.valueOf(LIMIT));

            try (Launched server = limited("--plugins", Launched.plugins())) {
                var address = server.address();
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < most; i++) {
                    clients.add(Client.to(address));
                }
                for (Client client : clients) {
                    assertThat(client.send("ONE").read("backend>ONE".length())).isEqualTo("backend>ONE");
                }

                System.out.printf(
                        "budgets: %s; %d clients served at once, %d open%n",
                        sum.group().strip(), most, server.descriptors());
                assertThat(backend.open()).isGreaterThanOrEqualTo(most);
                assertThat(server.descriptors()).isLessThanOrEqualTo(LIMIT - RESERVE);
                try (Client more = Client.to(address)) {
                    assertThat(more.rest().ending()).isEqualTo(Client.Ending.RESET);
                }
                for (Client client : clients) {
                    client.close();
                }
                assertThat(server.signal("TERM").exitCode()).isZero();
                assertThat(server.err()).doesNotContain("cannot accept");
            }
        }
    }

    @Test
    void oneConnectionTooManyIsAWarningOfCheckAndAnErrorOfTheStart() throws Exception {
        tcpOnly("");
        int tooMany = number(CONNECTIONS, checked("check")) + 1;
        tcpOnly("max_connections = " + tooMany);

        try (Launched check = limited("check");
                Launched start = limited()) {
            assertThat(check.exitCode()).isZero();
            assertThat(check.err())
                    .contains("warning: cannot be served on this machine: refractium.toml:4:1: server.max_connections: "
                            + tooMany + " is too many: ");
            assertThat(start.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(start.err())
                    .contains("refractium.toml:4:1: server.max_connections: " + tooMany + " is too many: ")
                    .contains("use " + (tooMany - 1) + " or less, or raise ulimit -n");
        }
    }

    @Test
    void udpDefaultsDoNotCountForRoutesOfTcp() throws Exception {
        tcpOnly("");
        try (Launched server = limited()) {
            server.awaitOut("listening ");
        }

        tcpOnly("fallback_udp = [\"127.0.0.1:1\"]");
        try (Launched server = limited()) {
            assertThat(server.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(server.err()).contains(": server.udp_max_sessions: 4096 UDP sessions are too many: ");
        }
    }

    @Test
    void tooManyLoopsForTheMemoryAreRefusedAndTheSuggestedNumberServes() throws Exception {
        configure("relay_memory = 1048576\nthreads = 256");
        int fitting;
        try (Launched refused = small()) {
            assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(refused.err()).contains("refractium.toml:5:1: server.threads: 256 is too many: ");
            fitting = Integer.parseInt(found(FITTING, refused.err()).group(1));
        }

        configure("relay_memory = 1048576\nthreads = " + fitting);
        assertServes(small());
    }

    @Test
    void defaultNumberOfLoopsFitsTheMemoryOfAMachineWithManyCores() throws Exception {
        configure("relay_memory = 1048576");

        assertServes(small("-XX:ActiveProcessorCount=247"));
    }

    private void assertServes(Launched started) throws Exception {
        try (Launched server = started;
                Client client = Client.to(server.address())) {
            assertThat(client.send("ONE").read("backend>ONE".length())).isEqualTo("backend>ONE");
        }
    }

    private Launched small(String... jvm) throws IOException {
        List<String> options = new ArrayList<>(List.of("-Xmx96m", "-XX:+UseSerialGC"));
        options.addAll(List.of(jvm));
        return Launched.in(directory, options);
    }

    private Launched limited(String... arguments) throws IOException {
        return Launched.limited(directory, LIMIT, arguments);
    }

    /** Returns the output of a check of the file. */
    private String checked(String... command) throws Exception {
        try (Launched check = limited(command)) {
            assertThat(check.exitCode()).as(check.err()).isZero();
            return check.out();
        }
    }

    private void tcpOnly(String more) throws IOException {
        configure(more);
        Path file = directory.resolve("refractium.toml");
        Files.writeString(file, Files.readString(file) + "transport = \"tcp\"\n");
    }

    private void watched(TestBackend copies, String more) throws IOException {
        tcpOnly("max_connections_per_ip = 0\nhooks = [\"mirror\", \"capture\", \"access-log\"]\n" + more);
        Path file = directory.resolve("refractium.toml");
        Files.writeString(
                file,
                Files.readString(file)
                        + """

                [hooks.mirror]
                to = "%s"
                max_sessions = 100

                [hooks.capture]
                file = "%s"

                [hooks.access-log]
                file = "%s"
                """.formatted(
                                copies.address(), directory.resolve("a.pcapng"), directory.resolve("access.log")));
    }

    private static int number(Pattern pattern, String text) {
        return Integer.parseInt(found(pattern, text).group(1));
    }

    private static Matcher found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).as(text).isTrue();
        return matcher;
    }
}
