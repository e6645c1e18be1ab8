package dev.refractium.server.operate;

import dev.refractium.server.control.Arguments;
import dev.refractium.server.control.Json;
import dev.refractium.server.files.StateHome;
import dev.refractium.server.operate.Order.Mode;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import dev.refractium.server.upstream.Standings.Subject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The orders that outlive the process: a file for each configuration, with a line of JSON for each order. One thread at a
 * time.
 */
public final class OrdersFile {
    private static final Logger log = LoggerFactory.getLogger(OrdersFile.class);
    private static final int LONGEST = 1 << 20;
    private static final int DIGITS = 16;

    private final StateHome home;
    private final String name;

    /** @param configuration the server's, absolute; servers of other configurations have other files */
    public OrdersFile(StateHome home, Path configuration) {
        this.home = home;
        this.name = "backends-" + digest(configuration.normalize().toString()) + ".json";
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the orders. A line that cannot be read is reported and left out. */
    List<Order.About> read() {
        Optional<Path> file = home.existing().map(directory -> directory.resolve(name));
        List<Order.About> orders = new ArrayList<>();
        try {
            if (file.isPresent() && Files.size(file.get()) <= LONGEST) {
                for (String line : Files.readAllLines(file.get())) {
                    read(file.get(), line).ifPresent(orders::add);
                }
            }
        } catch (NoSuchFileException nothingKept) {
            return orders;
        } catch (IOException e) {
            log.warn("kept orders of backends cannot be read: {}", FileFailure.of(e));
        }
        return orders;
    }

    private static Optional<Order.About> read(Path file, String line) {
        try {
            Arguments members = Arguments.parse(line);
            Subject subject = new Subject(members.text("address").orElseThrow(), members.text("pool"));
            Mode mode = Mode.valueOf(members.text("mode").orElse("").toUpperCase(Locale.ROOT));
            OptionalInt weight = members.number("weight").stream()
                    .mapToInt(number -> (int) Math.max(1, Math.min(number, 1_000)))
                    .findFirst();
            Instant since = Instant.parse(members.text("since").orElseThrow());
            Optional<Instant> until = members.text("until").map(Instant::parse);
            String by = members.text("by").orElse("unknown");
            return Optional.of(new Order.About(subject, new Order(mode, weight, since, until, by, true)));
        } catch (RuntimeException e) {
            if (e instanceof IllegalArgumentException
                    || e instanceof DateTimeException
                    || e instanceof NoSuchElementException) {
                log.warn("a kept order of a backend cannot be read and is left out: {}: {}", file, Escape.quoted(line));
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Replaces the orders, whole or not at all. What cannot be kept is reported, and followed all the same. */
    void write(List<Order.About> orders) {
        try {
            Path directory = home.make();
            Path file = directory.resolve(name);
            String lines = orders.stream().map(about -> line(about) + "\n").collect(Collectors.joining());
            Path next = Files.createTempFile(directory, name, ".new");
            try {
                Files.writeString(next, lines);
                move(next, file);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            log.warn("orders of backends cannot be kept, a restart will forget them: {}", FileFailure.of(e));
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String line(Order.About about) {
        Order order = about.order();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("address", about.subject().server());
        about.subject().pool().ifPresent(pool -> members.put("pool", pool));
        members.put("mode", order.mode());
        order.weight().ifPresent(weight -> members.put("weight", weight));
        members.put("since", order.since());
        order.until().ifPresent(until -> members.put("until", until));
        members.put("by", order.by());
        return Json.of(members);
    }
}
