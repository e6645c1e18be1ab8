package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code refractium -c FILE}, which is how services are started, without the parser of all commands: the parser is a
 * third of a start, since Java 17 takes no class of it into a {@link ClassArchive}. Otherwise the same as {@link
 * ServeCommand}.
 */
final class FastStart {
    private FastStart() {}

    /**
     * Returns the file, if the arguments name one that can be read and nothing else; the parser judges everything else.
     */
    static Optional<Path> file(String... arguments) {
        boolean named = arguments.length == 2
                && (arguments[0].equals("-c") || arguments[0].equals("--config"))
                && !arguments[1].startsWith("-");
        return named && readable(arguments[1]) ? Optional.of(Path.of(arguments[1])) : Optional.empty();
    }

    /** Serves until a signal comes; returns the exit code. */
    static int run(Path file, PrintWriter out, PrintWriter err) {
        try {
            return ServerRun.run(server(file), Optional.empty(), out);
        } catch (Exception e) {
            return Failure.report(e, err);
        }
    }

    static RefractiumBuilder server(Path file) {
        RefractiumBuilder builder = Refractium.builder().config(file);
        Installation.plugins().ifPresent(builder::defaultPlugins);
        return builder;
    }

    private static boolean readable(String name) {
        try {
            Path file = Path.of(name);
            return Files.isRegularFile(file) && Files.isReadable(file);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
