package dev.refractium.server.cli;

import com.google.gson.JsonParseException;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ControlConfig;
import dev.refractium.server.control.ControlClient;
import dev.refractium.server.text.Escape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The flags that select a running server for a command, and the search for that server. */
final class ServerSearch {
    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = "--control",
            order = 1,
            paramLabel = "PATH",
            description = "Control socket of the server, or a directory with one; without it, the socket of the server"
                    + " that -c says, else the only one that this user has in $RUNTIME_DIRECTORY,"
                    + " $XDG_RUNTIME_DIR/refractium or the temporary directory.")
    private @Nullable Path control;

    @Option(
            names = {"-c", "--config"},
            order = 2,
            paramLabel = "FILE",
            description = "Configuration of the server; without it, refractium.toml of the current directory, if there"
                    + " is one.")
    private @Nullable Path config;

    @Option(
            names = "--trust-dir",
            order = 3,
            paramLabel = "DIR",
            description = "Take a configuration in this directory as it is, though other users may write there.")
    private final List<Path> trusted = new ArrayList<>();

    /**
     * Finds the server.
     *
     * @throws IOException if there is none, or several
     * @throws ConfigException if the configuration that was named cannot be used
     */
    ControlClient find() throws IOException, ConfigException, StartException {
        if (control != null) {
            return ControlClient.at(control);
        }
        if (config != null) {
            return named(config);
        }
        return Files.exists(ConfigOptions.USUAL) ? nearby(ConfigOptions.USUAL) : usual();
    }

    /** By a file that was named: its server, or none. */
    private ControlClient named(Path file) throws IOException, ConfigException, StartException {
        if (!Files.isReadable(file)) {
            throw new ParameterException(
                    command.commandLine(), "--config: there is no file " + file + " that this user may read");
        }
        String key = key(file);
        if (key.equals(ControlConfig.OFF)) {
            throw new IOException(file + " says control = \"off\": its server has no socket");
        }
        if (!key.equals(ControlConfig.AUTO)) {
            return at(Path.of(key), file);
        }
        return running(file)
                .orElseThrow(() -> new IOException(
                        "no server runs with " + file + ", as far as this user can see; name its socket by --control"));
    }

    /** By a file that lies here: it may help to tell servers apart, but the command may be for another one. */
    private ControlClient nearby(Path file) throws IOException {
        String key;
        try {
            key = key(file);
        } catch (ConfigException | StartException e) {
            String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            command.commandLine()
                    .getErr()
                    .println("refractium: " + file + " is passed over: " + Escape.text(reason, 4096));
            return usual();
        }
        if (key.equals(ControlConfig.AUTO) || key.equals(ControlConfig.OFF)) {
            Optional<ControlClient> running = running(file);
            return running.isPresent() ? running.get() : usual();
        }
        return at(Path.of(key), file);
    }

    private String key(Path file) throws ConfigException, StartException {
        RefractiumBuilder builder = Refractium.builder().config(file);
        trusted.forEach(builder::trustDirectory);
        return builder.controlSocket();
    }

    private static ControlClient usual() throws IOException {
        return ControlClient.find(System.getenv());
    }

    private static ControlClient at(Path socket, Path file) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(
                    "no server runs with " + file + ": there is no socket " + socket + "; name another by --control");
        }
        return ControlClient.at(socket);
    }

    /** Returns the server that reports this configuration as its own. */
    private static Optional<ControlClient> running(Path file) throws IOException {
        List<ControlClient> found = ControlClient.running(System.getenv()).stream()
                .filter(server -> runs(server, file))
                .toList();
        if (found.size() > 1) {
            throw new IOException(ControlClient.several("several servers run with " + file, found));
        }
        return found.stream().findFirst();
    }

    private static boolean runs(ControlClient server, Path file) {
        try {
            return Files.isSameFile(Path.of(Answer.parse(server.status()).text("configuration")), file);
        } catch (IOException | JsonParseException | InvalidPathException e) {
            return false;
        }
    }
}
