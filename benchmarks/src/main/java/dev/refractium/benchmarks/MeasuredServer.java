package dev.refractium.benchmarks;

import dev.refractium.server.Refractium;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** A Refractium in a process of its own, which says what CPU time it has used: neither that nor its descriptors are ours. */
final class MeasuredServer implements Measured {
    private final Process process;
    private final BufferedReader answers;
    private final PrintStream questions;
    private final InetSocketAddress address;

    /**
     * Starts one and waits until it listens.
     *
     * @param main has a main method that calls {@link #serve}
     */
    MeasuredServer(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
        questions = new PrintStream(process.getOutputStream(), true, StandardCharsets.US_ASCII);
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(answer()));
    }

    /** In the other process: says where {@code server} listens, and {@code cpuNanos} as often as it is asked. */
    static void serve(Refractium server, LongSupplier cpuNanos) throws IOException {
        System.out.println(server.tcp().orElseThrow().getPort());
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        while (asked.readLine() != null) {
            System.out.println(cpuNanos.getAsLong());
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public long cpuNanos() throws IOException {
        questions.println();
        return Long.parseLong(answer());
    }

    @Override
    public void close() {
        process.destroy();
    }

    private String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new EOFException("the server's process has ended");
        }
        return line;
    }
}
