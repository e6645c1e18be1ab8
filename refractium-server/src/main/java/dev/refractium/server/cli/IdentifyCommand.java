package dev.refractium.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.refractium.api.Transport;
import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.explain.FirstBytes;
import dev.refractium.server.text.Network;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what bytes are and where they would be routed. */
@Command(
        name = "identify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Says what a session's first bytes are: each protocol's verdict, the byte at which it fell, and the route that"
                    + " results. Listens nowhere. The end of the input counts as the end of the wait for more.",
            ""
        },
        footer = {
            "",
            "A line of --json is {\"id\":...,\"transport\":\"tcp\",\"segments\":[\"hex\",...]}, and may have"
                    + " \"client\":\"ADDRESS\"; its answer is"
                    + " {\"id\":...,\"protocol\":...,\"attributes\":{...},\"bytes_needed\":...}, with the client if there is"
                    + " one, and with \"route\" and \"because\" if -c or -f gives routes.",
            "Exit code: 0; 1 if it could not run or the input could not be read; 2 if a flag, the configuration or a"
                    + " line is wrong."
        })
final class IdentifyCommand implements Callable<Integer> {
    /** More bytes than any peek has; ends an endless input. */
    private static final int MOST = 1 << 20;

    @Mixin
    private final RouteOptions routes = new RouteOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The bytes; without it, standard input.")
    private @Nullable Path file;

    @Option(
            names = "--hex",
            paramLabel = "TEXT",
            description = "The bytes, as hexadecimal digits; spaces may stand between.")
    private @Nullable String hex;

    @Option(names = "--udp", description = "The bytes are a datagram, not the start of a connection.")
    private boolean udp;

    @Option(
            names = "--listener",
            paramLabel = "NAME",
            description = "The listener that it arrives at; without it, the first of the configuration.")
    private @Nullable String listener;

    @Option(
            names = "--client",
            paramLabel = "ADDRESS",
            description =
                    "The client's address, for routes with clients, allow or deny; without it, of no network that they name."
                            + " With --json, that of lines without one.")
    private @Nullable String client;

    @Option(
            names = "--json",
            description =
                    "Read one flow a line and write one verdict a line. Without -c and -f all protocols are asked.")
    private boolean json;

    @Override
    public Integer call() throws ConfigException, StartException, IOException, InterruptedException {
        refuseContradictions();
        if (json) {
            routes.onlyNamed();
        }
        RefractiumBuilder builder = Refractium.builder();
        routes.apply(builder);
        PrintWriter out = command.commandLine().getOut();
        PrintWriter err = command.commandLine().getErr();
        try (InputStream input = input();
                Explainer identifying = builder.identify(Optional.ofNullable(listener))) {
            if (json) {
                var lines = new BufferedReader(new InputStreamReader(input, UTF_8));
                return new JsonFlows(identifying, client(), out, err).run(lines) ? ExitCode.OK : ExitCode.USAGE;
            }
            Transport transport = udp ? Transport.UDP : Transport.TCP;
            new Verdicts(identifying, FirstBytes.of(transport, bytes(input)), client()).print(out);
            return ExitCode.OK;
        }
    }

    private void refuseContradictions() {
        if (hex != null && file != null) {
            throw routes.misuse("--hex and FILE both say what the bytes are; give one");
        }
        if (routes.isStandardInput() && file == null && hex == null) {
            throw routes.misuse("-c - takes standard input for the configuration; give the bytes by FILE or --hex");
        }
        if (json && (hex != null || udp)) {
            throw routes.misuse("--json takes bytes and transport from its lines; leave out --hex and --udp");
        }
    }

    private Optional<InetAddress> client() {
        if (client == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(address(client));
        } catch (IllegalArgumentException e) {
            throw routes.misuse("--client " + e.getMessage());
        }
    }

    /**
     * Reads a client's address.
     *
     * @throws IllegalArgumentException with what is wrong, to be said of its name
     */
    static InetAddress address(String text) {
        if (text.indexOf('/') >= 0) {
            throw new IllegalArgumentException("is one address, without a length");
        }
        try {
            return Network.parse(text).first();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is refused: " + e.getMessage(), e);
        }
    }

    private InputStream input() throws IOException {
        if (file == null) {
            return System.in;
        }
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw routes.misuse("there is no file " + file + " that this user may read");
        }
        return Files.newInputStream(file);
    }

    private byte[] bytes(InputStream input) throws IOException {
        if (hex == null) {
            return input.readNBytes(MOST);
        }
        try {
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw routes.misuse("--hex: " + e.getMessage() + "; write two hexadecimal digits a byte");
        }
    }
}
