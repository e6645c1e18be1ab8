package dev.refractium.server.cli;

import dev.refractium.server.text.Escape;
import dev.refractium.server.text.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a first configuration: the one that comes with Refractium, with its comments. */
@Command(
        name = "init",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Writes a commented configuration to begin with.")
final class InitCommand implements Callable<Integer> {
    private static final String TEMPLATE = "/dev/refractium/server/cli/refractium.toml";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where to; without it, refractium.toml in the current directory.")
    private Path file = ConfigOptions.USUAL;

    @Option(names = "--force", description = "Replace the file if it is there.")
    private boolean force;

    @Override
    public Integer call() {
        Path place = file.toAbsolutePath().normalize();
        try (InputStream template = Objects.requireNonNull(InitCommand.class.getResourceAsStream(TEMPLATE), TEMPLATE)) {
            write(template.readAllBytes(), place);
        } catch (FileAlreadyExistsException e) {
            throw new ParameterException(command.commandLine(), place + " is there already; --force replaces it", e);
        } catch (NoSuchFileException e) {
            return failed(place + ": its directory does not exist; create it");
        } catch (IOException e) {
            return failed(FileFailure.of(e));
        }
        command.commandLine().getOut().println("wrote " + Escape.text(place.toString(), 4096));
        return ExitCode.OK;
    }

    private int failed(String reason) {
        command.commandLine().getErr().println("refractium: cannot write " + Escape.text(reason, 4096));
        return ExitCode.COULD_NOT_RUN;
    }

    private void write(byte[] template, Path place) throws IOException {
        Set<OpenOption> options = force
                ? Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)
                : Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        // Whatever the umask: a configuration that others may write would be refused.
        FileAttribute<?>[] mode =
                place.getFileSystem().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"))
                        }
                        : new FileAttribute<?>[0];
        try (SeekableByteChannel channel = Files.newByteChannel(place, options, mode)) {
            channel.write(ByteBuffer.wrap(template));
        }
    }
}
