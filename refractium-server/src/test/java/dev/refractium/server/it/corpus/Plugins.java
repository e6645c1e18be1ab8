package dev.refractium.server.it.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.api.Protocol;
import dev.refractium.server.files.StateDirectory;
import dev.refractium.server.plugin.PluginDirectory;
import dev.refractium.server.plugin.PluginScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The plugins of the build, loaded from their JARs as the server loads them. */
final class Plugins implements AutoCloseable {
    /** As routes usually stand in a file. */
    private static final List<String> ORDER = List.of("http", "https", "ssh", "dns", "ftp");

    private final StateDirectory copies = StateDirectory.open(Map.of());
    private final PluginScan scan;

    Plugins() throws IOException {
        String directory = System.getProperty("refractium.plugins");
        scan = PluginDirectory.load(
                Path.of(Objects.requireNonNull(directory, "run by Maven, which sets refractium.plugins")), copies);
        assertThat(scan.refused()).isEmpty();
    }

    List<Protocol> protocols() {
        List<Protocol> protocols = scan.accepted().stream()
                .flatMap(plugin -> plugin.protocols().stream())
                .sorted(Comparator.comparing(protocol -> ORDER.indexOf(protocol.name())))
                .toList();
        assertThat(protocols).extracting(Protocol::name).containsExactlyElementsOf(ORDER);
        return protocols;
    }

    @Override
    public void close() {
        scan.close();
        copies.close();
    }
}
