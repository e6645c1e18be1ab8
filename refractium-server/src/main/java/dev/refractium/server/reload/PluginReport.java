package dev.refractium.server.reload;

import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.RefusedJar;
import dev.refractium.server.report.Plugin;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reports each JAR that was loaded or refused. */
public final class PluginReport {
    private PluginReport() {}

    public static List<Plugin> of(PluginScan scan) {
        List<Plugin> lines = new ArrayList<>();
        scan.accepted().forEach(plugin -> lines.add(accepted(plugin)));
        scan.refused().forEach(jar -> lines.add(refused(jar)));
        lines.sort(Comparator.comparing(Plugin::file));
        return lines;
    }

    private static Plugin accepted(LoadedPlugin plugin) {
        return new Plugin(
                String.valueOf(plugin.file().getFileName()),
                Optional.of(plugin.id()),
                Optional.of(plugin.version()),
                Optional.of(plugin.sha256()),
                plugin.provides(),
                List.of(),
                Optional.empty());
    }

    private static Plugin refused(RefusedJar jar) {
        return new Plugin(
                String.valueOf(jar.file().getFileName()),
                jar.id(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(Escape.text(jar.reason())));
    }
}
