package dev.refractium.server.it.support;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A backend that does what its client says in the first nine bytes: a letter and a number. Bytes are those of
 * {@link RandomBytes} with the number as the seed, so that either end can tell whether all arrived.
 */
public final class Commanded implements TestBackend.Handler {
    /** Reads to the end; answers how many bytes were right. */
    public static final char UPLOAD = 'U';

    /** Sends this many bytes and the FIN, and reads nothing more. */
    public static final char DOWNLOAD = 'D';

    /** Answers with the number. */
    public static final char ECHO = 'E';

    /** Sends its FIN at once and does not read before it is released. */
    public static final char FIN_AND_DEAF = 'F';

    /** Sends its FIN at once and reads to the end; resets unless that was this many bytes. */
    public static final char FIN_THEN_READ = 'R';

    /** Sends and reads nothing until it is released, then sends one byte. */
    public static final char WAIT = 'W';

    /** Sends this many bytes, waits for the client's FIN, and resets. */
    public static final char RESET_AFTER_FIN = 'X';

    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger cleanUploads = new AtomicInteger();

    /** The letters. */
    public static String letters() {
        return "UDEFRWX";
    }

    /** How many uploads have come to an end. */
    public int cleanUploads() {
        return cleanUploads.get();
    }

    /** Lets those that do not read go. */
    public void release() {
        released.countDown();
    }

    /** Sends the backend its command as the first bytes of {@code client}. */
    public static void tell(Socket client, char what, long number) throws IOException {
        client.getOutputStream()
                .write(ByteBuffer.allocate(9).put((byte) what).putLong(number).array());
    }

    @Override
    public void serve(Socket peer) throws IOException {
        DataInputStream in = new DataInputStream(peer.getInputStream());
        int what = in.read();
        if (what < 0) {
            return; // a probe
        }
        long number = in.readLong();
        OutputStream out = peer.getOutputStream();
        switch (what) {
            case UPLOAD -> {
                long right = new RandomBytes(number).verify(in);
                cleanUploads.incrementAndGet();
                answer(out, right);
            }
            case DOWNLOAD -> new RandomBytes(number).send(out, number);
            case ECHO -> answer(out, number);
            case FIN_AND_DEAF -> {
                peer.shutdownOutput();
                awaitRelease();
            }
            case FIN_THEN_READ -> {
                peer.shutdownOutput();
                peer.setSoLinger(new RandomBytes(number).verify(in) != number, 0);
            }
            case WAIT -> {
                awaitRelease();
                out.write(1);
            }
            case RESET_AFTER_FIN -> {
                new RandomBytes(number).send(out, number);
                in.readAllBytes();
                peer.setSoLinger(true, 0);
            }
            default -> throw new IOException("asked for " + (char) what);
        }
    }

    private static void answer(OutputStream out, long number) throws IOException {
        new DataOutputStream(out).writeLong(number);
    }

    private void awaitRelease() throws IOException {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
