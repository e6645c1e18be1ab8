package dev.refractium.server.generation;

import dev.refractium.api.Protocol;
import dev.refractium.server.config.Config;
import dev.refractium.server.config.GivenSettings;
import dev.refractium.server.config.PluginsConfig;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.SecretFiles;
import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginCallException;
import dev.refractium.server.plugin.PluginRules;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.RefusedJar;
import dev.refractium.server.text.Escape;
import dev.refractium.server.text.Suggestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies a configuration to the plugins: which JARs it allows, and the settings of each plugin. */
public final class PluginSettings {
    private static final Logger log = LoggerFactory.getLogger(PluginSettings.class);

    private PluginSettings() {}

    /** Returns the rules by which JARs are loaded. */
    public static PluginRules rules(Config config) {
        PluginsConfig plugins = config.plugins();
        return new PluginRules(plugins.sha256(), plugins.allow(), plugins.denyCalls());
    }

    /**
     * Returns the protocols of the accepted plugins, each with its plugin's settings. Runs plugin code, with a
     * deadline.
     *
     * @param secrets reads the files of secrets
     * @param problems where to add what is wrong with the settings, each with its place
     */
    public static List<Protocol> apply(Config config, PluginScan scan, SecretFiles secrets, Problems problems) {
        Set<String> installed = new TreeSet<>();
        scan.refused().stream().map(RefusedJar::id).flatMap(Optional::stream).forEach(installed::add);
        List<Protocol> protocols = new ArrayList<>();
        for (LoadedPlugin plugin : scan.accepted()) {
            installed.add(plugin.id());
            GivenSettings settings = config.settingsOf(plugin.id(), secrets);
            try {
                protocols.addAll(plugin.configured(
                        settings, reason -> problems.add(settings.problem(Escape.text(reason, 1024)))));
                problems.addAll(settings.problems());
            } catch (PluginCallException e) {
                protocols.addAll(plugin.protocols());
                problems.add(settings.problem(Escape.text(e.reason(), 1024)));
            }
        }
        config.settings().forEach((id, settings) -> {
            if (!installed.contains(id)) {
                String known = Suggestion.phrase(id, installed) + unreadable(scan);
                problems.add(settings.origin().problem("no plugin has this id; " + known));
            }
        });
        config.plugins()
                .idle(installed)
                .forEach((id, place) -> log.warn("plugin named and not installed id={} at={}", id, place));
        return protocols;
    }

    /** Returns the JARs that were refused before their id was known, since the plugin may be one of them. */
    private static String unreadable(PluginScan scan) {
        String files = scan.refused().stream()
                .filter(jar -> jar.id().isEmpty())
                .map(jar -> Escape.text(String.valueOf(jar.file().getFileName())))
                .collect(Collectors.joining(", "));
        return files.isEmpty() ? "" : "; refused: " + files;
    }
}
