package dev.refractium.server.it.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A backend that is a process of its own, so that a test can kill and stop it: answers the sixteen bytes of a request with
 * its name, which is one letter, and these bytes.
 */
public final class StormBackend {
    /** The length of a request. */
    public static final int REQUEST = 16;

    private StormBackend() {}

    /**
     * Serves until it is killed.
     *
     * @param arguments the port, the name, and how many connections may wait: a process with a short queue takes none soon
     *     after it was stopped
     */
    public static void main(String[] arguments) throws IOException {
        byte name = (byte) arguments[1].charAt(0);
        ExecutorService threads = Executors.newCachedThreadPool();
        try (ServerSocket listener = new ServerSocket(
                Integer.parseInt(arguments[0]), Integer.parseInt(arguments[2]), InetAddress.getLoopbackAddress())) {
            System.out.println("listens on " + listener.getLocalPort());
            while (true) {
                Socket socket = listener.accept();
                threads.execute(() -> serve(socket, name));
            }
        }
    }

    private static void serve(Socket socket, byte name) {
        try (socket) {
            byte[] answer = Arrays.copyOf(new byte[] {name}, 1 + REQUEST);
            if (socket.getInputStream().readNBytes(answer, 1, REQUEST) == REQUEST) {
                socket.getOutputStream().write(answer);
            }
        } catch (IOException e) {
            // The client's loss, which counts it.
        }
    }
}
