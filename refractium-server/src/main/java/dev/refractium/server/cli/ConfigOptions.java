package dev.refractium.server.cli;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.config.ConfigReader;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The flags that name files and directories. */
final class ConfigOptions {
    /** The default configuration. */
    static final Path USUAL = Path.of("refractium.toml");

    private static final Path STANDARD_INPUT = Path.of("-");

    @Spec(Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "Configuration, or - for standard input, which is read once; without it, refractium.toml of the"
                            + " current directory, if there is one.")
    private @Nullable Path file;

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Directory of plugin JARs; without it, what the configuration names, else the one that came"
                    + " with Refractium.")
    private @Nullable Path plugins;

    @Option(
            names = "--trust-dir",
            paramLabel = "DIR",
            description =
                    "Take a configuration in this directory as it is, and places for Unix sockets, though other users may"
                            + " write there; never plugins. Repeat it for more directories.")
    private final List<Path> trusted = new ArrayList<>();

    @Mixin
    @SuppressWarnings("UnusedVariable") // Its flags take effect as they are read.
    private final LogOptions log = new LogOptions();

    private @Nullable Path fileWithoutFlag;

    private boolean looksAround = true;

    /** Returns whether standard input has the configuration. */
    boolean isStandardInput() {
        return STANDARD_INPUT.equals(file) || STANDARD_INPUT.equals(fileWithoutFlag);
    }

    /** Returns whether there is a configuration. */
    boolean given() {
        return file().isPresent() || isStandardInput();
    }

    /** Returns the file to read; empty if none was named and the current directory has none. */
    Optional<Path> file() {
        if (file != null && fileWithoutFlag != null) {
            throw misuse("--config and " + fileWithoutFlag + " both name the configuration; give one");
        }
        if (isStandardInput()) {
            return Optional.empty();
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

    /** Ignores a file that was not named. */
    void onlyNamed() {
        looksAround = false;
    }

    /** Sets all of them on the builder. */
    void apply(RefractiumBuilder builder) {
        file().ifPresent(builder::config);
        if (isStandardInput()) {
            builder.config("<stdin>", standardInput());
        }
        trust(builder);
        Installation.plugins().ifPresent(builder::defaultPlugins);
        if (plugins != null) {
            builder.source("--plugins").plugins(plugins);
        }
    }

    private byte[] standardInput() {
        try {
            return System.in.readNBytes(ConfigReader.LARGEST + 1);
        } catch (IOException e) {
            throw misuse("--config: standard input cannot be read: " + Escape.text(FileFailure.of(e)));
        }
    }

    /** Tells the builder which directories are trusted. */
    private void trust(RefractiumBuilder builder) {
        for (Path directory : trusted) {
            if (!Files.isDirectory(directory)) {
                throw misuse("--trust-dir: there is no directory " + directory);
            }
            builder.trustDirectory(directory);
        }
    }

    ParameterException misuse(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
