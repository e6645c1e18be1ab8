package dev.refractium.server.cli;

import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.report.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says what a configuration comes to, without listening. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Checks the configuration and the flags, and prints the routing table. Listens nowhere.")
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        Plan plan = options.server().check();
        print(plan, command.commandLine().getOut());
        PrintWriter err = command.commandLine().getErr();
        plan.warnings().forEach(problem -> err.println("warning: cannot be served on this machine: " + problem));
        err.flush();
        return ExitCode.OK;
    }

    private static void print(Plan plan, PrintWriter out) {
        new Table()
                .row("configuration", path(plan.configFile()))
                .row("plugins", path(plan.pluginsDirectory()))
                .row("listens on", plan.bind() + " port " + (plan.port() == 0 ? "0, any free one" : plan.port()))
                .row("connections", plan.maxConnections() + " at most")
                .row("descriptors", plan.descriptors())
                .print(out, "");
        out.println("routes, in the order that they are asked in:");
        Table routes = new Table();
        for (Plan.Route route : plan.routes()) {
            routes.row(route.transport(), route.taken(), String.join(", ", route.backends()));
        }
        routes.print(out, "  ");
    }

    private static String path(Optional<Path> path) {
        return path.map(given -> given.toAbsolutePath().normalize().toString()).orElse("none");
    }
}
