package dev.refractium.server.cli;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Serves TCP and UDP. */
@Command(
        name = "refractium",
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
            PluginCommand.class,
            StatusCommand.class,
            TopCommand.class,
            SessionsCommand.class,
            SamplesCommand.class,
            MetricsCommand.class,
            ReloadCommand.class,
            CloseCommand.class,
            BackendCommand.class,
            DemoCommand.class,
            CompletionCommand.class,
            ManualCommand.class,
            CommandLine.HelpCommand.class
        },
        commandListHeading = "%nWithout a command it serves TCP and UDP. Commands:%n",
        footer = {
            "",
            "A flag goes before the configuration, which goes before the default; the environment counts only where the"
                    + " configuration says ${env:NAME}.",
            "SIGHUP reads the configuration and the plugins again.",
            "SIGTERM and SIGINT let sessions end for drain_timeout; a second one cuts them at once.",
            "Exit codes: 0 done, or ended by a signal; 1 could not run; 2 usage or configuration."
        })
final class ServeCommand extends ServingCommand {
    @Override
    int run(RefractiumBuilder server) throws ConfigException, StartException, InterruptedException {
        return serve(server);
    }
}
