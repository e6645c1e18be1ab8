package dev.refractium.server.cli;

import dev.refractium.server.RefractiumBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The flags that say where things are. */
final class ConfigOptions {
    /** The configuration of whoever names none. */
    static final Path USUAL = Path.of("refractium.toml");

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Configuration; without it, refractium.toml of the current directory, if there is one.")
    private @Nullable Path file;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Directory of plugin JARs; without it, what the configuration names, else the one that came"
                    + " with Refractium.")
    private @Nullable Path plugins;

    private @Nullable Path fileWithoutFlag;

    private boolean looksAround = true;

    @Option(names = "--debug", description = "Log every session, and the causes of failures.")
    void debug(boolean on) {
        if (on) {
            Logging.debug();
        }
    }

    /** The file to read; empty if none was named and the current directory has none. */
    Optional<Path> file() {
        if (file != null && fileWithoutFlag != null) {
            throw misuse("--config and " + fileWithoutFlag + " both name the configuration; give one");
        }
        if (fileWithoutFlag != null) {
            return Optional.of(readable(fileWithoutFlag, ""));
        }
        if (file != null) {
            return Optional.of(readable(file, "--config: "));
        }
        return looksAround && Files.exists(USUAL) ? Optional.of(USUAL) : Optional.empty();
    }

    private Path readable(Path named, String flag) {
        if (!Files.exists(named)) {
            throw misuse(flag + "there is no file " + named + "; `refractium init` writes one");
        }
        if (Files.isDirectory(named) || !Files.isReadable(named)) {
            throw misuse(flag + named + " is not a file that this user may read");
        }
        return named;
    }

    /** Takes a file that was named by an argument of its own, not by the flag. */
    void nameWithoutFlag(Path named) {
        fileWithoutFlag = named;
    }

    /** Takes no file that was not named. */
    void onlyNamed() {
        looksAround = false;
    }

    /** Tells the builder all of it. */
    void apply(RefractiumBuilder builder) {
        file().ifPresent(builder::config);
        Installation.plugins().ifPresent(builder::defaultPlugins);
        if (plugins != null) {
            builder.source("--plugins").plugins(plugins);
        }
    }

    ParameterException misuse(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
