package dev.refractium.server.reload;

import dev.refractium.server.plugin.LoadedPlugin;
import dev.refractium.server.plugin.PluginScan;
import dev.refractium.server.plugin.RefusedJar;
import dev.refractium.server.report.PluginInfo;
import dev.refractium.server.text.Escape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What became of each JAR, as an operator reads it. */
public final class PluginReport {
    private PluginReport() {}

    public static List<PluginInfo> of(PluginScan scan) {
        List<PluginInfo> lines = new ArrayList<>();
        scan.accepted().forEach(plugin -> lines.add(accepted(plugin)));
        scan.refused().forEach(jar -> lines.add(refused(jar)));
        lines.sort(Comparator.comparing(PluginInfo::file));
        return lines;
    }

    private static PluginInfo accepted(LoadedPlugin plugin) {
        return new PluginInfo(
                String.valueOf(plugin.file().getFileName()),
                Optional.of(plugin.id()),
                Optional.of(plugin.version()),
                Optional.of(plugin.sha256()),
                plugin.provides(),
                Optional.empty());
    }

    private static PluginInfo refused(RefusedJar jar) {
        return new PluginInfo(
                String.valueOf(jar.file().getFileName()),
                jar.id(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.of(Escape.text(jar.reason())));
    }
}
