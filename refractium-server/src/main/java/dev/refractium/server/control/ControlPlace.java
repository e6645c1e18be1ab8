package dev.refractium.server.control;

import dev.refractium.server.files.SocketDirectory;
import dev.refractium.server.files.SocketFile;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files that are, or were, control sockets. */
final class ControlPlace {
    private static final Logger log = LoggerFactory.getLogger(ControlPlace.class);
    private static final Pattern NAME = Pattern.compile("(\\d{1,10})\\.sock");

    private ControlPlace() {}

    /** Returns the default file of this process; removes what dead processes left next to it. */
    static Path usual(Map<String, String> environment) throws IOException {
        Path directory = SocketDirectory.make(environment);
        usualSockets(directory).stream().filter(socket -> !ownerLives(socket)).forEach(ControlPlace::removeQuietly);
        return directory.resolve(ProcessHandle.current().pid() + ".sock");
    }

    /** Returns the sockets in a directory that have a default name, whether or not a server listens there. */
    static List<Path> usualSockets(Path directory) {
        return sockets(directory).stream()
                .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                .toList();
    }

    /** Returns all sockets in a directory, whether or not a server listens there. */
    static List<Path> sockets(Path directory) {
        List<Path> sockets = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, SocketFile::isSocket)) {
            files.forEach(sockets::add);
        } catch (IOException | DirectoryIteratorException e) {
            log.debug("could not look for sockets in {}", directory, e);
        }
        sockets.sort(null);
        return sockets;
    }

    /**
     * Returns whether the process of this number is gone: a server may be about to listen. No other process has this
     * process's number.
     */
    private static boolean ownerLives(Path socket) {
        Matcher name = NAME.matcher(socket.getFileName().toString());
        long pid = name.matches() ? Long.parseLong(name.group(1)) : 0;
        boolean alive =
                pid != ProcessHandle.current().pid() && ProcessHandle.of(pid).isPresent();
        return alive || SocketFile.answers(socket);
    }

    private static void removeQuietly(Path socket) {
        try {
            SocketFile.clear(socket);
        } catch (IOException e) {
            log.debug("left alone: {}", socket, e);
        }
    }
}
