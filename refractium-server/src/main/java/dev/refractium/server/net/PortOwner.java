package dev.refractium.server.net;

import dev.refractium.api.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the process that has a port, by Linux's files of proc(5). Only root sees the descriptors of other users. Walks all
 * processes, so it is for failures. Any thread.
 */
public final class PortOwner {
    private static final Path PROC = Path.of("/proc");
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final String LISTENS = "0A";

    private PortOwner() {}

    /** Returns the number and the name of the process that listens on a port, as {@code 123 (nginx)}; empty if unknown. */
    public static Optional<String> of(Transport transport, int port) {
        Set<String> sockets = new HashSet<>();
        String table = transport == Transport.TCP ? "tcp" : "udp";
        for (String file : List.of(table, table + "6")) {
            sockets.addAll(sockets(PROC.resolve("net").resolve(file), transport, port));
        }
        if (sockets.isEmpty()) {
            return Optional.empty();
        }
        try (Stream<Path> processes = Files.list(PROC)) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("[0-9]+"))
                    .filter(process -> has(process, sockets))
                    .findFirst()
                    .map(PortOwner::name);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Returns the links by which descriptors name the sockets that listen on this port. */
    private static Set<String> sockets(Path table, Transport transport, int port) {
        String local = ":" + HexFormat.of().withUpperCase().toHexDigits((short) port);
        Set<String> found = new HashSet<>();
        try (Stream<String> lines = Files.lines(table, StandardCharsets.US_ASCII)) {
            lines.map(line -> line.strip().split("\\s+", -1))
                    .filter(fields -> fields.length > INODE && fields[LOCAL_ADDRESS].endsWith(local))
                    .filter(fields -> transport == Transport.UDP || fields[STATE].equals(LISTENS))
                    .forEach(fields -> found.add("socket:[" + fields[INODE] + "]"));
        } catch (IOException | RuntimeException e) {
            // Not Linux, or no such family.
        }
        return found;
    }

    private static boolean has(Path process, Set<String> sockets) {
        try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
            return descriptors.anyMatch(descriptor -> isOne(descriptor, sockets));
        } catch (IOException | RuntimeException e) {
            // Another user's, or it has ended.
            return false;
        }
    }

    private static boolean isOne(Path descriptor, Set<String> sockets) {
        try {
            return sockets.contains(Files.readSymbolicLink(descriptor).toString());
        } catch (IOException e) {
            return false;
        }
    }

    private static String name(Path process) {
        String number = process.getFileName().toString();
        try {
            return number + " ("
                    + Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                            .strip() + ")";
        } catch (IOException e) {
            return number;
        }
    }
}
