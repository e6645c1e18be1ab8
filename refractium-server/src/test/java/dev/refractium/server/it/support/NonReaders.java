package dev.refractium.server.it.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of clients that ask for bytes without end and read none of them, and a few small sessions beside them. A
 * program of its own, for a network of its own: on a loopback with packets as on a real network the kernel holds tens
 * of kilobytes for each, not megabytes. Prints what it found.
 */
public final class NonReaders {
    private static final int SMALL = 20;
    private static final int REQUESTS = 3_000;
    private static final int A_HOST = 100;

    private NonReaders() {}

    /** Its arguments: io, {@code relay_memory}, how many clients. */
    public static void main(String[] arguments) throws Exception {
        int clients = Integer.parseInt(arguments[2]);
        Process backend = start("-Xmx64m", Firehose.class);
        Process server = null;
        try {
            String backendPort = Objects.requireNonNull(reader(backend).readLine(), "the backend's port");
            server = start("-Xmx64m", SmallServer.class, arguments[0], backendPort, arguments[1], arguments[2]);
            Asked asked = new Asked(server);
            double before = p99(asked.port);
            List<SocketChannel> open = connect(clients, asked.port);
            long most = asked.heldWhenItGrowsNoMore(clients);
            double beside = p99(asked.port);
            most = Math.max(most, asked.held());
            int live = asked.sessions();
            String ends = asked.ends();
            for (SocketChannel channel : open) {
                channel.close();
            }
            long left = asked.heldWhenAllHaveGone();
            System.out.printf(
                    "clients=%d live=%d held=%d left=%d p99before=%.3f p99beside=%.3f ends=%s%n",
                    clients, live, most, left, before, beside, ends);
        } finally {
            end(backend);
            end(server);
        }
    }

    /** The server's answers to how it is. */
    private static final class Asked {
        private final BufferedReader answers;
        private final PrintStream questions;
        private final int port;
        private long most;

        Asked(Process server) throws IOException {
            answers = reader(server);
            questions = new PrintStream(server.getOutputStream(), true, StandardCharsets.US_ASCII);
            port = Integer.parseInt(Objects.requireNonNull(answers.readLine(), "the server's port"));
        }

        long held() throws IOException {
            long held = Long.parseLong(ask()[0]);
            most = Math.max(most, held);
            return held;
        }

        String ends() throws IOException {
            return ask()[2];
        }

        int sessions() throws IOException {
            return Integer.parseInt(ask()[1]);
        }

        /** The most that was held on the way there. */
        long heldWhenItGrowsNoMore(int clients) throws Exception {
            long last = -1;
            int same = 0;
            for (int i = 0; i < 1_000 && same < 20; i++) {
                long held = held();
                same = held == last && sessions() >= clients ? same + 1 : 0;
                last = held;
                TimeUnit.MILLISECONDS.sleep(20); // between two looks
            }
            return most;
        }

        long heldWhenAllHaveGone() throws Exception {
            for (int i = 0; i < 500 && sessions() > 0; i++) {
                TimeUnit.MILLISECONDS.sleep(20); // between two looks
            }
            return held();
        }

        private String[] ask() throws IOException {
            questions.println();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException("the server has died");
            }
            return answer.split(" ");
        }
    }

    private static List<SocketChannel> connect(int count, int port) throws IOException {
        List<SocketChannel> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            channel.bind(new InetSocketAddress("127.0.1." + (1 + i / A_HOST), 0));
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.write(ByteBuffer.wrap(new byte[] {'B'}));
            open.add(channel);
        }
        return open;
    }

    /** Of small requests over sessions that are opened for it, in milliseconds. */
    private static double p99(int port) throws IOException {
        List<Socket> sessions = new ArrayList<>();
        for (int i = 0; i < SMALL; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(10_000);
            sessions.add(socket);
        }
        byte[] request = new byte[64];
        Arrays.fill(request, (byte) 'S');
        long[] nanos = new long[REQUESTS];
        for (int i = -REQUESTS; i < REQUESTS; i++) {
            Socket socket = sessions.get(Math.floorMod(i, SMALL));
            long begin = System.nanoTime();
            socket.getOutputStream().write(request);
            if (!Arrays.equals(socket.getInputStream().readNBytes(request.length), request)) {
                throw new IOException("another answer than was asked for");
            }
            if (i >= 0) {
                nanos[i] = System.nanoTime() - begin;
            }
        }
        for (Socket socket : sessions) {
            socket.close();
        }
        Arrays.sort(nanos);
        return nanos[REQUESTS * 99 / 100] / 1e6;
    }

    private static Process start(String heap, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                heap,
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    private static void end(@Nullable Process process) {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
