package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The flags of every command that makes a server. Each flag sets a value on the builder, so that the builder's
 * precedence holds: flag, file, default.
 */
final class ServerOptions {
    /**
     * The calls of the builder, which is created when a command needs it: creating it starts the log, among other
     * things.
     */
    private final List<Consumer<RefractiumBuilder>> said = new ArrayList<>();

    @Mixin
    private final RouteOptions routes = new RouteOptions();

    @Option(
            names = {"-b", "--bind"},
            paramLabel = "ADDRESS",
            description = "IP address to listen on.")
    void bind(String address) {
        said.add(builder -> builder.source("--bind").bind(address));
    }

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Port to listen on, for TCP and UDP; 0: any free one.")
    void port(int port) {
        said.add(builder -> builder.source("--port").port(port));
    }

    @Option(
            names = "--peek-buffer",
            paramLabel = "SIZE",
            converter = QuantityConverters.Size.class,
            description = "How many of a session's first bytes may be looked at, as 16KiB.")
    void peekBuffer(long bytes) {
        said.add(builder -> builder.source("--peek-buffer").peekBufferSize(bytes));
    }

    @Option(
            names = "--peek-timeout",
            paramLabel = "TIME",
            converter = QuantityConverters.Time.class,
            description = "How long a client may take to be recognised, as 500ms or 3s.")
    void peekTimeout(Duration timeout) {
        said.add(builder -> builder.source("--peek-timeout").peekTimeout(timeout));
    }

    @Option(names = "--max-connections", paramLabel = "N", description = "Connections at most.")
    void maxConnections(int connections) {
        said.add(builder -> builder.source("--max-connections").maxConnections(connections));
    }

    @Option(
            names = "--max-connections-per-ip",
            paramLabel = "N",
            description = "Connections of one client at most; 0: no limit.")
    void maxConnectionsPerIp(int connections) {
        said.add(builder -> builder.source("--max-connections-per-ip").maxConnectionsPerIp(connections));
    }

    @Option(names = "--no-hot-reload", description = "Leave files alone once they are read.")
    void noHotReload(boolean off) {
        said.add(builder -> builder.source("--no-hot-reload").hotReload(!off));
    }

    /** Takes the configuration that is given without a flag. */
    void nameConfiguration(Path file) {
        routes.nameConfiguration(file);
    }

    /** Returns the builder with all flags set. */
    RefractiumBuilder server() {
        if (!routes.given()) {
            throw routes.misuse("nothing says what to serve: there is no " + ConfigOptions.USUAL
                    + " here; write one by `refractium init`, name one by -c FILE,"
                    + " or give a route, as -f http=127.0.0.1:8081");
        }
        RefractiumBuilder builder = Refractium.builder();
        routes.apply(builder);
        said.forEach(flag -> flag.accept(builder));
        return builder;
    }
}
