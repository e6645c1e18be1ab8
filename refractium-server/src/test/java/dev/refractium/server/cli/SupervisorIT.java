package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What a service manager receives from a server that it started. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "datagrams of Unix sockets are Netty's, on epoll")
class SupervisorIT extends LaunchTesting {
    @Test
    void receivesReadinessReloadsAndTheStop() throws Exception {
        configure("drain_timeout = \"1h\"");

        try (var manager = new Receiver(directory.resolve("notify").toString());
                Launched server = launch(manager, 0);
                Client client = Client.to(server.address())) {
            client.send("ONE").read(11);
            manager.awaitMessage("READY=1\nSTATUS=listening tcp=127.0.0.1:");
            long before = System.nanoTime();
            server.signal("HUP");
            String reloading = manager.awaitMessage("RELOADING=1\nMONOTONIC_USEC=");
            manager.awaitMessage("READY=1");
            server.signal("TERM");
            manager.awaitMessage("STOPPING=1\nSTATUS=draining\nEXTEND_TIMEOUT_USEC=15000000");
            client.finish();

            assertThat(server.exitCode()).isZero();
            assertThat(Long.parseLong(reloading.substring(reloading.lastIndexOf('=') + 1)))
                    .isBetween(TimeUnit.NANOSECONDS.toMicros(before), TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
        }
    }

    @Test
    void receivesSignsOfLifeAndExtensionsWhileItDrains() throws Exception {
        configure("drain_timeout = \"1h\"");

        try (var manager = new Receiver(directory.resolve("notify").toString());
                Launched server = launch(manager, TimeUnit.MILLISECONDS.toMicros(200));
                Client client = Client.to(server.address())) {
            client.send("ONE").read(11);
            manager.awaitMessage("READY=1");
            manager.awaitMessage("WATCHDOG=1");
            server.signal("TERM");
            manager.awaitMessage("STOPPING=1");

            manager.awaitMessage("EXTEND_TIMEOUT_USEC=");
            manager.awaitMessage("WATCHDOG=1");
        }
    }

    @Test
    void receivesMessagesAtAnAbstractName() throws Exception {
        configure("");

        try (var manager = new Receiver("@refractium-" + ProcessHandle.current().pid());
                Launched server = launch(manager, 0)) {
            server.address();

            manager.awaitMessage("READY=1");
        }
    }

    @Test
    void serverRunsWhereNobodyReceives() throws Exception {
        configure("");

        try (Launched server = Launched.behind(directory, "export NOTIFY_SOCKET=" + directory.resolve("gone"))) {
            server.address();

            server.awaitErr("service manager not notified message=\"READY=1");
            server.signal("TERM");
            assertThat(server.exitCode()).isZero();
        }
    }

    private Launched launch(Receiver manager, long watchdogMicros) throws IOException {
        return Launched.behind(
                directory, "export NOTIFY_SOCKET='" + manager.address + "' WATCHDOG_USEC=" + watchdogMicros);
    }

    /** A socket as a service manager has it. */
    private static final class Receiver implements AutoCloseable {
        private static final int LONGEST = 4096;

        final String address;
        private final Socket socket;
        private final ByteBuffer room = ByteBuffer.allocateDirect(LONGEST);

        Receiver(String address) throws IOException {
            this.address = address;
            Epoll.ensureAvailability(); // Loads the native library.
            socket = Socket.newSocketDomainDgram();
            socket.bind(new DomainSocketAddress(address.replaceFirst("^@", "\0")));
        }

        /** Waits for a message that begins so, and drops those before it. */
        String awaitMessage(String begin) {
            List<String> received = new ArrayList<>();
            await().atMost(60, TimeUnit.SECONDS).until(() -> {
                for (String message = receive(); !message.isEmpty(); message = receive()) {
                    received.add(message);
                    if (message.startsWith(begin)) {
                        return true;
                    }
                }
                return false;
            });
            return received.get(received.size() - 1);
        }

        /** Returns nothing if no message is there. */
        private String receive() throws IOException {
            room.clear();
            var from = socket.recvFromDomainSocket(room, 0, LONGEST);
            byte[] bytes = new byte[from == null ? 0 : from.receivedAmount()];
            room.get(bytes);
            return new String(bytes, UTF_8);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
