package dev.refractium.plugins.accesslog;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each line as a message of its own (RFC 5424) in a datagram (RFC 5426), and waits for nothing: a line that the
 * system does not take at once is lost. The log reports lost lines and their number once per minute. Any thread.
 */
final class Syslog implements Sink {
    private static final Logger log = LoggerFactory.getLogger(Syslog.class);
    private static final int PORT = 514;
    private static final Pattern ADDRESS = Pattern.compile("udp:([0-9.]+|\\[[0-9a-fA-F:.]+])(?::([0-9]{1,5}))?");
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final long REPORT_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Facility local0, severity info (RFC 5424, 6.2.1), version 1. */
    private static final String PRIORITY = "<134>1 ";

    /**
     * No host name, since looking one up may wait and the receiver knows the sender; then the application, the process,
     * the kind of message, and no structured data.
     */
    private static final String ORIGIN =
            " - refractium " + ProcessHandle.current().pid() + " session - ";

    private final InetSocketAddress to;
    private final LongSupplier nanoTime;
    private final InstantSource clock;
    private @Nullable DatagramChannel channel;
    private boolean closed;
    private long lost;

    /** How many of them have been reported. */
    private long told;

    /** When lost lines were last reported; before the first report, long ago. */
    private long reported;

    /**
     * @param nanoTime as {@link System#nanoTime}
     * @param clock for the messages' times
     */
    Syslog(InetSocketAddress to, LongSupplier nanoTime, InstantSource clock) {
        this.clock = clock;
        this.to = to;
        this.nanoTime = nanoTime;
        this.reported = nanoTime.getAsLong() - REPORT_NANOS;
    }

    /** Reads an address, as {@code udp:127.0.0.1:514}; what is wrong with it goes to {@code problem}. */
    static Optional<InetSocketAddress> address(String text, Consumer<String> problem) {
        if (text.startsWith("unix:")) {
            problem.accept(
                    "\"" + text + "\" cannot be sent to: Java has no Unix datagram sockets; let rsyslog listen by"
                            + " imudp and write \"udp:127.0.0.1:514\", or let it read the file by imfile");
            return Optional.empty();
        }
        Matcher parts = ADDRESS.matcher(text);
        int port = parts.matches() && parts.group(2) != null ? Integer.parseInt(parts.group(2)) : PORT;
        if (parts.matches() && port > 0 && port < 1 << 16) {
            String host = parts.group(1);
            try {
                if (host.startsWith("[") || IPV4.matcher(host).matches()) {
                    return Optional.of(new InetSocketAddress(InetAddress.getByName(host), port));
                }
            } catch (UnknownHostException e) {
                log.debug("no address", e);
            }
        }
        problem.accept("\"" + text + "\" is no syslog address; write an IP address and a port, as \"udp:127.0.0.1:514\""
                + " or \"udp:[::1]:514\"; names are not looked up");
        return Optional.empty();
    }

    @Override
    public int descriptors() {
        return 1;
    }

    @Override
    public synchronized void add(byte[] line) {
        if (closed) {
            return;
        }
        try {
            if (open().write(message(line)) == 0) {
                lost++;
            }
        } catch (IOException e) {
            log.debug("syslog to={}", to, e);
            lost++;
        }
    }

    /** Returns how many lines were lost. */
    synchronized long lost() {
        return lost;
    }

    /** Reports lost lines; no line waits. */
    @Override
    public synchronized void flush() {
        report();
    }

    @Override
    public synchronized void close() {
        report();
        closed = true;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            log.debug("closing the syslog to={}", to, e);
        }
    }

    private void report() {
        long now = nanoTime.getAsLong();
        if (lost > told && now - reported >= REPORT_NANOS) {
            log.warn("access log lost lines syslog={} lost={}", to, lost - told);
            reported = now;
            told = lost;
        }
    }

    private DatagramChannel open() throws IOException {
        DatagramChannel open = channel;
        if (open == null) {
            open = DatagramChannel.open();
            channel = open;
            open.configureBlocking(false);
            open.connect(to);
        }
        return open;
    }

    /** The message of a line, without the line's end. */
    private ByteBuffer message(byte[] line) {
        byte[] header = (PRIORITY + clock.instant().truncatedTo(ChronoUnit.MICROS) + ORIGIN)
                .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(header.length + line.length - 1)
                .put(header)
                .put(line, 0, line.length - 1)
                .flip();
    }
}
