package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Backends of a server process, taken out of use and into use again by commands. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "signals are sent by kill")
class BackendCommandIT {
    @TempDir
    private Path directory;

    private TestBackend a;
    private TestBackend b;

    @BeforeEach
    void start() throws IOException {
        a = TestBackend.named("a");
        b = TestBackend.named("b");
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = 0
                control = "c.sock"
                state_dir = "state"
                [pools.two]
                servers = ["%s", "%s"]
                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                forward_to = "pool:two"
                transport = "tcp"
                """.formatted(a.address(), b.address()));
    }

    @AfterEach
    void stop() throws IOException {
        a.close();
        b.close();
    }

    @Test
    void drainedBackendKeepsItsSessionsAndGetsNoOthersAlsoAfterARestart() throws Exception {
        try (Launched server = Launched.in(directory)) {
            assertThat(served(server, 4)).containsExactly("a", "b");
            try (Client old = connectedTo(server, "a")) {
                String said = said(0, "backend", "drain", a.address(), "--pool", "two", "--for", "8h");

                assertThat(said)
                        .startsWith(a.address() + " in pool:two: drained until ")
                        .contains("(was as configured)");
                assertThat(served(server, 4)).containsExactly("b");
                assertThat(old.send("x").read(1)).isEqualTo("x");
            }
            server.awaitErr("backend order address=\"" + a.address() + "\" pool=\"pool:two\" before=\"as configured\"");
            assertThat(said(ExitCode.COULD_NOT_RUN, "backend", "drain", b.address()))
                    .contains(" is the last live backend of pool:two; add --force");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }

        try (Launched server = Launched.in(directory)) {
            assertThat(served(server, 4)).containsExactly("b");
            assertThat(orders()).containsExactly("drained in \"pool:two\"");

            said(0, "backend", "enable", a.address(), "--pool", "two");

            assertThat(served(server, 4)).containsExactly("a", "b");
            assertThat(orders()).isEmpty();
        }
    }

    @Test
    void disabledBackendLosesItsSessions() throws Exception {
        try (Launched server = Launched.in(directory);
                Client old = connectedTo(server, "a");
                Client other = connectedTo(server, "b")) {
            assertThat(said(0, "backend", "disable", a.address())).contains("closed: 1 session");

            assertThat(old.rest().text()).isEmpty();
            assertThat(other.send("x").read(1)).isEqualTo("x");
            assertThat(served(server, 4)).containsExactly("b");
        }
    }

    private Client connectedTo(Launched server, String backend) throws IOException {
        for (int i = 0; i < 10; i++) {
            Client client = Client.to(server.address()).send("ONE");
            if (client.read(5).startsWith(backend)) {
                return client;
            }
            client.close();
        }
        throw new AssertionError("no session of ten went to " + backend);
    }

    /** The names of the backends that serve new sessions. */
    private Set<String> served(Launched server, int sessions) throws IOException {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < sessions; i++) {
            try (Client client = Client.to(server.address()).send("ONE")) {
                names.add(client.read(5).substring(0, 1));
            }
        }
        return names;
    }

    private List<String> orders() throws IOException {
        List<String> orders = new ArrayList<>();
        Launched.status(directory.resolve("c.sock"))
                .getAsJsonArray("backends")
                .forEach(backend -> backend.getAsJsonObject()
                        .getAsJsonArray("orders")
                        .forEach(order ->
                                orders.add(order.getAsJsonObject().get("order").getAsString() + " in "
                                        + order.getAsJsonObject().get("pool"))));
        return orders;
    }

    /** Runs a command on the server, which ends with this code; returns what it prints. */
    private String said(int exitCode, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--control", directory.resolve("c.sock").toString()));
        try (Launched command = Launched.in(directory, all.toArray(String[]::new))) {
            assertThat(command.exitCode()).as(command.err()).isEqualTo(exitCode);
            return exitCode == 0 ? command.out() : command.err();
        }
    }
}
