package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/**
 * A short run of a server, for the classes that it loads: reads a configuration, listens on a free port of the loopback
 * address, relays one connection and one datagram to itself, and ends. {@link ClassArchive} runs it in a JVM of its
 * own.
 */
public final class Rehearsal {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final byte[] REQUEST = "GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII);

    private final Signals signals;
    private final ServerSocket backend;

    private Rehearsal(Signals signals, ServerSocket backend) {
        this.signals = signals;
        this.backend = backend;
    }

    /** Ends the process, with 0 if everything worked once. */
    public static void main(String[] args) throws IOException, ConfigException, StartException, InterruptedException {
        Main.prepare();
        Path file = Files.createTempFile("refractium", ".toml"); // Readable by its owner alone.
        int code;
        try (ServerSocket backend = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            backend.setSoTimeout(PATIENCE_MILLIS);
            Files.writeString(file, configuration(backend.getLocalPort(), file + ".sock"));
            code = new Rehearsal(Signals.install(), backend).run(file);
        } finally {
            Files.delete(file);
        }
        StandardStreams.flush();
        System.exit(code);
    }

    /** Returns every kind of key that a usual file has; a plugin's protocol only if that plugin is there. */
    private static String configuration(int backend, String control) {
        String route = "forward_to = \"127.0.0.1:" + backend + "\"\n";
        String limits = "max_connections = 8\nudp_max_sessions = 8\n";
        return "[server]\nbind = \"127.0.0.1\"\nport = 0\ncontrol = '" + control + "'\n" + limits
                + (hasPlugin("tls-sni.jar") ? "[[protocols]]\nname = \"https\"\nsni = \"*.a.test\"\n" + route : "")
                + (hasPlugin("http.jar") ? "[[protocols]]\nname = \"http\"\n" + route : "")
                + "[[protocols]]\nname = \"own\"\npatterns = [\"GET\", \"\\x01\"]\n" + route;
    }

    private static boolean hasPlugin(String jar) {
        return Installation.plugins()
                .map(directory -> Files.exists(directory.resolve(jar)))
                .orElse(false);
    }

    private int run(Path file) throws IOException, ConfigException, StartException, InterruptedException {
        try (PipedInputStream said = new PipedInputStream();
                PrintWriter out = new PrintWriter(new OutputStreamWriter(new PipedOutputStream(said), UTF_8))) {
            Thread visitor = new Thread(() -> visit(said), "refractium-rehearsal");
            visitor.start();
            int code = ServerRun.run(FastStart.server(file), Optional.empty(), out, signals);
            visitor.join();
            return code;
        }
    }

    private void visit(PipedInputStream said) {
        try (Scanner words = new Scanner(said, UTF_8)) {
            words.findWithinHorizon("tcp=\\S+:(\\d+)", 0);
            int port = Integer.parseInt(words.match().group(1));
            visit(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException | IllegalStateException e) {
            Runtime.getRuntime().halt(ExitCode.COULD_NOT_RUN); // And thus without an archive.
        } finally {
            signals.end();
        }
    }

    private void visit(InetSocketAddress proxy) throws IOException {
        try (Socket client = new Socket(proxy.getAddress(), proxy.getPort());
                DatagramSocket sender = new DatagramSocket()) {
            sender.send(new DatagramPacket(REQUEST, REQUEST.length, proxy));
            client.setSoTimeout(PATIENCE_MILLIS);
            client.getOutputStream().write(REQUEST);
            client.shutdownOutput();
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            while (!echoed()) {
                // A health check. They never end, and the client may have been cut on a busy machine.
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("the client was not relayed");
                }
            }
            client.getInputStream().readAllBytes();
        }
    }

    /** Accepts a connection and sends back what it received; returns false if that was nothing. */
    private boolean echoed() throws IOException {
        try (Socket accepted = backend.accept()) {
            accepted.setSoTimeout(PATIENCE_MILLIS);
            byte[] said = accepted.getInputStream().readAllBytes();
            accepted.getOutputStream().write(said);
            return said.length > 0;
        }
    }
}
