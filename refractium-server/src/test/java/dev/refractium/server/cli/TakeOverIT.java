package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.refractium.server.control.ControlClient;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Full;
import dev.refractium.server.it.support.LiveStreams;
import dev.refractium.server.it.support.TestBackend;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import dev.refractium.server.it.support.UdpClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server that takes the place of another with {@code --take-over}. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "sockets are passed on Linux alone")
class TakeOverIT extends LaunchTesting {
    private UdpBackend datagrams;
    private Path control;
    private int port;

    @BeforeEach
    void prepare() throws IOException {
        assumeThat(TestedIo.name()).as("sockets are passed on epoll alone").isNotEqualTo(TestedIo.NIO);
        datagrams = UdpBackend.named("udp");
        control = directory.resolve("control.sock");
        port = TestBackend.deadPort();
    }

    @AfterEach
    void close() {
        if (datagrams != null) {
            datagrams.close();
        }
    }

    private void write(String more) throws IOException {
        Files.writeString(directory.resolve("refractium.toml"), """
                [server]
                bind = "127.0.0.1"
                port = %d
                control = "%s"
                drain_timeout = "1h"
                %s

                [[protocols]]
                name = "one"
                patterns = ["ONE"]
                transport = "tcp"
                forward_to = "%s"

                [[protocols]]
                name = "two"
                patterns = ["TWO"]
                transport = "udp"
                forward_to = "%s"
                """.formatted(
                        port, control, more, backend.address(), datagrams.address()));
    }

    @Test
    void servesEveryClientWhileOneServerFollowsAnother() throws Exception {
        write("");
        int upgrades = Full.is() ? 20 : 2;
        AtomicInteger asked = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        LiveStreams streams = new LiveStreams();
        ExecutorService clients = Executors.newFixedThreadPool(4);
        List<Launched> servers = new ArrayList<>(List.of(launch()));
        try {
            InetSocketAddress address = servers.get(0).address();
            for (int i = 0; i < (Full.is() ? 200 : 20); i++) {
                Client stream = Client.to(address);
                stream.send("ONE").read(11);
                streams.add(stream);
            }
            Future<Integer> failed = clients.submit(visits(address, asked, over));
            Future<Integer> lost = clients.submit(questions(address, over));
            for (int i = 1; i <= upgrades; i++) {
                Launched next = launch("--take-over");
                servers.add(next);
                next.address();
                servers.get(i - 1).awaitErr("draining sessions=");
            }
            assertThat(servers.get(0).isAlive()).as("its streams go on").isTrue();
            assertThat(Files.exists(control))
                    .as("the last one has the control socket")
                    .isTrue();
            over.set(true);
            assertThat(failed.get()).as("visits that failed").isZero();
            assertThat(lost.get()).as("questions without an answer").isZero();
            streams.end();
            assertThat(streams.lost()).as("streams lost").isZero();
            assertThat(streams.wrong()).as("blocks changed").isZero();
            for (int i = 0; i < upgrades; i++) {
                assertThat(servers.get(i).exitCode()).isZero();
            }
        } finally {
            over.set(true);
            clients.shutdownNow();
            servers.forEach(Launched::close);
        }
        System.out.printf(
                "%d upgrades: %d visits, lost 0, streams %d, lost 0%n", upgrades, asked.get(), streams.opened());
    }

    /** Connects one time after the other, as fast as that goes; returns how many were not served. */
    private static Callable<Integer> visits(InetSocketAddress server, AtomicInteger asked, AtomicBoolean over) {
        return () -> {
            int failed = 0;
            while (!over.get()) {
                asked.incrementAndGet();
                try (Client client = Client.to(server)) {
                    failed += client.send("ONE").read(11).equals("backend>ONE") ? 0 : 1;
                } catch (IOException e) {
                    failed++;
                }
            }
            return failed;
        };
    }

    private static Callable<Integer> questions(InetSocketAddress server, AtomicBoolean over) {
        return () -> {
            int failed = 0;
            try (UdpClient one = UdpClient.to(server)) {
                while (!over.get()) {
                    try (UdpClient other = UdpClient.to(server)) {
                        failed += other.send("TWO").read().equals("udp>TWO") ? 0 : 1;
                        failed += one.send("TWO").read().equals("udp>TWO") ? 0 : 1;
                    } catch (IOException e) {
                        failed++;
                    }
                }
            }
            return failed;
        };
    }

    @Test
    void serverGoesOnWhereItsSuccessorCannotServe() throws Exception {
        write("");
        try (Launched serving = launch()) {
            InetSocketAddress address = serving.address();
            try (TestBackend taken = TestBackend.named("other")) {
                write("""

                        [[listeners]]
                        name = "default"
                        bind = "127.0.0.1"
                        port = %d

                        [[listeners]]
                        name = "more"
                        bind = "127.0.0.1"
                        port = %s
                        transport = "tcp"
                        """.formatted(port, taken.address().split(":", -1)[1]));
                Path file = directory.resolve("refractium.toml");
                Files.writeString(
                        file,
                        Files.readString(file)
                                .replace("[server]\nbind = \"127.0.0.1\"\nport = " + port + "\n", "[server]\n"));

                try (Launched next = launch("--take-over", "--no-hot-reload")) {
                    assertThat(next.exitCode()).isEqualTo(1);
                }
            }
            serving.awaitErr("this one serves on");
            // One that asks and never comes keeps others away for some seconds, not for good.
            assertThat(ControlClient.at(control).takeOver()).contains("descriptors");
            assertThat(ControlClient.at(control).takeOver()).contains("another process is about to take");
            try (Client client = Client.to(address)) {
                assertThat(client.send("ONE").read(11)).isEqualTo("backend>ONE");
            }
        }
    }

    @Test
    void secondServerFindsThePortTakenAndByWhom() throws Exception {
        write("");
        try (Launched serving = launch()) {
            InetSocketAddress address = serving.address();
            Files.writeString(
                    directory.resolve("second.toml"),
                    Files.readString(directory.resolve("refractium.toml")).replace("control.sock", "second.sock"));

            try (Launched second = launch("-c", "second.toml")) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.err()).contains("taken by process " + serving.pid());
            }
            try (Client client = Client.to(address)) {
                assertThat(client.send("ONE").read(11)).isEqualTo("backend>ONE");
            }
        }
    }

    @Test
    void saysThatThereIsNobodyToFollow() throws Exception {
        write("");
        try (Launched alone = launch("--take-over")) {
            assertThat(alone.exitCode()).isEqualTo(1);
            assertThat(alone.err()).contains("--take-over: ");
        }
    }

    @Test
    void usesTheSocketsThatTheServiceManagerHasOpened() throws Exception {
        write("");
        String script = """
                use Socket; use POSIX (); $^F = 100;
                my $a = sockaddr_in(%d, inet_aton("127.0.0.1"));
                socket(my $t, PF_INET, SOCK_STREAM, 0) or die; setsockopt($t, SOL_SOCKET, SO_REUSEADDR, 1);
                bind($t, $a) or die; listen($t, 16) or die;
                socket(my $u, PF_INET, SOCK_DGRAM, 0) or die; bind($u, $a) or die;
                my @f = (fileno($t), fileno($u)); my @n = map { POSIX::dup2($_, $_ + 40) } @f;
                POSIX::dup2($n[0], 3); POSIX::dup2($n[1], 4); POSIX::close($_) for @n;
                $ENV{LISTEN_FDS} = 2; $ENV{LISTEN_PID} = $$; exec @ARGV;
                """.formatted(port).replace("\n", " ");
        try (Launched serving = Launched.by(directory, "perl", "-e", script)) {
            InetSocketAddress address = serving.address();
            try (Client client = Client.to(address);
                    UdpClient asking = UdpClient.to(address)) {
                assertThat(client.send("ONE").read(11)).isEqualTo("backend>ONE");
                assertThat(asking.send("TWO").read()).isEqualTo("udp>TWO");
            }
            serving.awaitErr("sockets passed by the service manager count=2");
            assertThat(serving.signal("TERM").exitCode()).isZero();
            assertThat(serving.err()).doesNotContain("socket not used");
        }
    }
}
