package dev.refractium.server.cli;

import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Serves TCP and UDP. */
@Command(
        name = "refractium",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "One port, many protocols: looks at a session's first bytes and relays it to the backend for its protocol.",
            ""
        },
        subcommands = {
            TcpCommand.class,
            UdpCommand.class,
            CheckCommand.class,
            IdentifyCommand.class,
            InitCommand.class,
            PluginsCommand.class,
            StatusCommand.class,
            ReloadCommand.class,
            CloseCommand.class,
            DemoCommand.class
        },
        commandListHeading = "%nWithout a command it serves TCP and UDP. Commands:%n",
        footer = {
            "",
            "A flag goes before the configuration, which goes before the default; the environment says nothing.",
            "SIGHUP reads the configuration and the plugins again.",
            "SIGTERM and SIGINT let sessions end for drain_timeout; a second one cuts them at once.",
            "Exit codes: 0 done, or ended by a signal; 1 could not run; 2 usage or configuration."
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private final ServerOptions options = new ServerOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec command;

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        return Serving.run(options.server(), command.commandLine().getOut());
    }
}
