package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * Clients that send the same first bytes and then nothing, in a process of their own: its descriptors and its processor
 * time are not the server's.
 */
public final class StalledClients implements AutoCloseable {
    private static final int A_HOST = 100;

    private final Process process;

    private StalledClients(Process process) {
        this.process = process;
    }

    /** Connects this many clients, a hundred from each address; returns when all have sent. */
    public static StalledClients connect(int count, InetSocketAddress server, byte[] first) throws IOException {
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StalledClients.class.getName(),
                        String.valueOf(count),
                        String.valueOf(server.getPort()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        StalledClients clients = new StalledClients(process);
        process.getOutputStream().write(first);
        process.getOutputStream().close();
        if (process.getInputStream().read() < 0) {
            clients.close();
            throw new IOException("the clients could not connect");
        }
        return clients;
    }

    /** Whether their process still holds its sockets. */
    public boolean areThere() {
        return process.isAlive();
    }

    /** Ends them all. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    /** Takes the first bytes from its input, and stays until it is ended. */
    public static void main(String[] arguments) throws Exception {
        byte[] first = System.in.readAllBytes();
        InetSocketAddress server =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
        SocketChannel[] open = new SocketChannel[Integer.parseInt(arguments[0])];
        for (int i = 0; i < open.length; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.bind(new InetSocketAddress("127.0.1." + (1 + i / A_HOST), 0));
            channel.connect(server);
            channel.write(ByteBuffer.wrap(first));
            open[i] = channel;
        }
        System.out.write('\n');
        System.out.flush();
        // The test ends this process long before; a test that died itself must not leave it behind for ever.
        Thread.sleep(Duration.ofMinutes(10).toMillis());
    }
}
