package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.control.Json;
import dev.refractium.server.report.Plugin;
import dev.refractium.server.report.PluginListing;
import dev.refractium.server.text.Escape;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the plugins that a server would have. */
@Command(
        name = "plugins",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = "Lists each plugin JAR: what it provides, or why it cannot be used. Needs no configuration.")
final class PluginsCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOptions options = new ConfigOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Option(names = "--json", description = "Print one line of JSON instead of a table.")
    private boolean json;

    @Override
    public Integer call() throws ConfigException, StartException {
        RefractiumBuilder builder = Refractium.builder();
        options.apply(builder);
        PluginListing listing = builder.listPlugins();
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(Json.of(listing));
        } else {
            print(listing, out);
        }
        return ExitCode.OK;
    }

    private static void print(PluginListing listing, PrintWriter out) {
        if (listing.directory().isEmpty()) {
            out.println("no plugin directory: name one by --plugins DIR or the key plugins_dir");
            return;
        }
        out.println("directory " + Escape.text(listing.directory().get().toString(), 4096));
        if (listing.plugins().isEmpty()) {
            out.println("no JAR in it");
            return;
        }
        Table table = new Table().row("ID", "VERSION", "FILE", "PROVIDES", "STATE");
        for (Plugin plugin : listing.plugins()) {
            table.row(
                    plugin.id().orElse("-"),
                    plugin.version().orElse("-"),
                    plugin.file(),
                    plugin.provides().isEmpty() ? "-" : String.join(", ", plugin.provides()),
                    plugin.refused().map(reason -> "refused: " + reason).orElse("accepted"));
        }
        table.print(out, "");
    }
}
