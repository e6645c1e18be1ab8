package dev.refractium.server.cli;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.Problem;
import dev.refractium.server.control.Json;
import dev.refractium.server.explain.Explainer;
import dev.refractium.server.report.Checked;
import dev.refractium.server.report.Plan;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Checks a configuration and prints its routing table, without listening. */
@Command(
        name = "check",
        description = "Checks the configuration and the flags, and prints the routing table. Listens nowhere.")
final class CheckCommand extends ServerCommand {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The configuration, as -c FILE names it.")
    void file(Path file) {
        nameConfiguration(file);
    }

    @Option(
            names = "--map-key",
            paramLabel = "NAME",
            description = "Also print the line that this name goes by in each map.")
    private @Nullable String mapKey;

    @Option(
            names = "--json",
            description = "Print one line of JSON instead: whether it is valid, and its problems or the table.")
    private boolean json;

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        try {
            return super.call();
        } catch (ConfigException | StartException | ParameterException e) {
            if (!json) {
                throw e;
            }
            out().println(Json.of(Checked.invalid(problems(e))));
            return e instanceof StartException ? ExitCode.COULD_NOT_RUN : ExitCode.USAGE;
        }
    }

    @Override
    int run(RefractiumBuilder server) throws ConfigException, StartException, InterruptedException {
        Progress progress = Progress.of("checking the configuration, and the names in it");
        Plan plan;
        List<Checked.MapLine> lines;
        try {
            plan = server.check();
            lines = mapLines(server);
        } finally {
            progress.close();
        }
        if (json) {
            out().println(Json.of(Checked.valid(plan, lines)));
            return ExitCode.OK;
        }
        print(plan, out());
        if (mapKey != null) {
            print(lines, plan.listeners().size() > 1, out());
        }
        plan.warnings().forEach(problem -> err().println("warning: " + problem));
        err().flush();
        return ExitCode.OK;
    }

    private List<Checked.MapLine> mapLines(RefractiumBuilder server)
            throws ConfigException, StartException, InterruptedException {
        if (mapKey == null) {
            return List.of();
        }
        try (Explainer explainer = server.identify()) {
            return explainer.mapLines(mapKey);
        }
    }

    private static List<Checked.Problem> problems(Exception e) {
        return e instanceof ConfigException config
                ? config.problems().stream().map(CheckCommand::reported).toList()
                : List.of(Checked.Problem.nowhere(String.valueOf(e.getMessage())));
    }

    private static Checked.Problem reported(Problem problem) {
        return new Checked.Problem(
                Optional.of(problem.where()),
                problem.file(),
                problem.line(),
                problem.column(),
                Optional.of(problem.key()),
                problem.message());
    }

    private static void print(Plan plan, PrintWriter out) {
        boolean several = plan.listeners().size() > 1;
        Table top = new Table()
                .row("configuration", plan.configuration().orElse("none"))
                .row("plugins", path(plan.pluginsDirectory()));
        for (Plan.Listener listener : plan.listeners()) {
            top.row("listens on", listens(listener, several));
            if (!listener.proxies().isEmpty()) {
                top.row("PROXY headers", "from " + String.join(", ", listener.proxies()));
            }
        }
        top.row("connections", plan.maxConnections() + " at most")
                .row("descriptors", plan.descriptors())
                .print(out, "");
        out.println("routes, in the order that they are asked in:");
        Table routes = new Table();
        for (Plan.Route route : plan.routes()) {
            List<String> row = new ArrayList<>(List.of(route.transport(), route.taken(), backends(route)));
            if (several) {
                row.add(0, route.listener());
            }
            row.add(route.proxy());
            if (!route.rules().isEmpty()) {
                row.add(String.join("; ", route.rules()));
            }
            routes.row(row.toArray(String[]::new));
        }
        routes.print(out, "  ");
        printVariables(plan, out);
    }

    private static void printVariables(Plan plan, PrintWriter out) {
        if (!plan.variables().isEmpty()) {
            out.println("variables of the environment:");
            Table variables = new Table();
            plan.variables()
                    .forEach(used ->
                            variables.row(used.name(), used.set() ? "set" : "not set, default taken", used.where()));
            variables.print(out, "  ");
        }
    }

    private static void print(List<Checked.MapLine> lines, boolean several, PrintWriter out) {
        out.println(lines.isEmpty() ? "no route has a map" : "lines of maps:");
        Table table = new Table();
        for (Checked.MapLine line : lines) {
            List<String> row = new ArrayList<>(List.of(
                    line.transport(), line.route(), line.line().orElse("no line"), String.join(", ", line.backends())));
            if (several) {
                row.add(0, line.listener());
            }
            table.row(row.toArray(String[]::new));
        }
        table.print(out, "  ");
    }

    private static String listens(Plan.Listener listener, boolean several) {
        String addresses = String.join(", ", listener.addresses()) + " " + String.join(" and ", listener.transports());
        String rules = listener.rules().isEmpty() ? "" : "; " + String.join("; ", listener.rules());
        return (several ? listener.name() + ": " + addresses : addresses) + rules;
    }

    private static String backends(Plan.Route route) {
        String backends = String.join(", ", route.backends());
        return route.source().isEmpty() ? backends : backends + " from " + route.source();
    }

    private static String path(Optional<Path> path) {
        return path.map(given -> given.toAbsolutePath().normalize().toString()).orElse("none");
    }
}
