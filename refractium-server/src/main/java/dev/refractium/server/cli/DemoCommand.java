package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.demo.Demo;
import dev.refractium.server.demo.Row;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Demonstrates the main job without any setup: a proxy, backends and clients, all in this process. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Shows it all on one loopback port: backends, clients of each protocol, and what became of them.",
        footer = {"", "Exit code: 0 if every row came out right, else 1."})
final class DemoCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(names = "--once", description = "End after the table instead of serving on.")
    private boolean once;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Loopback port to listen on; without it, any free one.")
    private int port;

    @Option(names = "--plugins", paramLabel = "DIR", description = "Directory of plugin JARs.")
    private @Nullable Path plugins;

    @Option(
            names = "--stop",
            paramLabel = "BACKEND",
            description = "Stop this backend before the clients come, to see what that looks like.")
    private List<String> stopped = new ArrayList<>();

    @Mixin
    private final LogOptions log = new LogOptions();

    @Override
    public Integer call() throws ConfigException, StartException, IOException, InterruptedException {
        if (!log.levelIsSet()) {
            Logging.quiet();
        }
        PrintWriter out = command.commandLine().getOut();
        Signals signals = Signals.install();
        Progress starting = Progress.of("starting backends and a proxy");
        try (starting;
                Demo demo = Demo.start(server(), port)) {
            starting.close();
            signals.onSecond(demo.proxy()::cutNow);
            stop(demo);
            out.println("one port for all of it, TCP and UDP: 127.0.0.1:" + demo.port());
            List<Row> rows = run(demo);
            print(rows, out);
            if (!once) {
                out.println("try these; Ctrl-C ends it:");
                demo.commands().forEach(line -> out.println("  " + line));
                out.flush();
                signals.await();
            }
            return rows.stream().allMatch(row -> row.wrong().isEmpty()) ? ExitCode.OK : ExitCode.COULD_NOT_RUN;
        }
    }

    private static List<Row> run(Demo demo) {
        Progress progress = Progress.of("waiting for what becomes of clients of each protocol");
        try {
            return demo.run();
        } finally {
            progress.close();
        }
    }

    private RefractiumBuilder server() {
        RefractiumBuilder builder = Refractium.builder();
        Installation.plugins().ifPresent(builder::defaultPlugins);
        if (plugins != null) {
            builder.source("--plugins").plugins(plugins);
        }
        return builder.source("--port");
    }

    private void stop(Demo demo) {
        for (String backend : stopped) {
            if (!demo.backends().contains(backend)) {
                throw new ParameterException(
                        command.commandLine(),
                        "--stop: there is no backend " + backend + "; there are " + String.join(", ", demo.backends()));
            }
            demo.stop(backend);
        }
    }

    private static void print(List<Row> rows, PrintWriter out) {
        Table table = new Table().row("SENT", "RECOGNISED AS", "ANSWERED BY", "AT", "TOOK", "");
        for (Row row : rows) {
            table.row(
                    row.sent(),
                    row.recognised().orElse("-"),
                    row.backend().orElse("-"),
                    row.address().orElse("-"),
                    milliseconds(row.took()),
                    row.wrong().map(reason -> "WRONG: " + reason).orElse("ok"));
        }
        table.print(out, "");
    }

    private static String milliseconds(Duration time) {
        return String.format(Locale.ROOT, "%8.2f ms", time.toNanos() / 1e6);
    }
}
