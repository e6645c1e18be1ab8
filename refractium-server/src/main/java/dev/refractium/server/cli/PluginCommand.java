package dev.refractium.server.cli;

import picocli.CommandLine.Command;

/** What authors of plugins ask for. */
@Command(
        name = "plugin",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = NewPluginCommand.class,
        description = "Begins a plugin of your own. (`refractium plugins` lists those that are installed.)")
final class PluginCommand {}
