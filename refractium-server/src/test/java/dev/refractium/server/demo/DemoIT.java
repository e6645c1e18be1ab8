package dev.refractium.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.TestedIo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    private static final Path PLUGINS = Path.of(System.getProperty("refractium.plugins"));

    @Test
    void everyClientReachesTheBackendOfItsProtocol() throws Exception {
        try (Demo demo = Demo.start(with(PLUGINS), 0)) {
            List<Row> rows = demo.run();

            assertThat(rows).allSatisfy(row -> assertThat(row.wrong()).isEmpty());
            assertThat(rows)
                    .extracting(row -> row.recognised().orElse("-") + " by "
                            + row.backend().orElse("-"))
                    .containsExactly(
                            "http by http",
                            "https[sni=alpha.demo.test] by tls_alpha",
                            "https[sni=beta.demo.test] by tls_beta",
                            "ssh by ssh",
                            "ftp or silence (ftp) by ftp",
                            "dns by dns",
                            "magic by magic");
        }
    }

    @Test
    void stoppedBackendMakesItsRowWrongAndNoOther() throws Exception {
        for (String backend : List.of("http", "tls_beta", "dns")) {
            try (Demo demo = Demo.start(with(PLUGINS), 0)) {
                demo.stop(backend);

                List<Row> rows = demo.run();

                assertThat(rows).filteredOn(row -> row.wrong().isPresent()).hasSize(1);
                assertThat(wrong(demo, rows)).containsExactly(backend);
            }
        }
    }

    @Test
    void missingPluginMakesItsRowsWrong(@TempDir Path directory) throws Exception {
        copyAllBut("tls", directory);

        try (Demo demo = Demo.start(with(directory), 0)) {
            List<Row> rows = demo.run();

            assertThat(wrong(demo, rows)).containsExactly("tls_alpha", "tls_beta");
            assertThat(rows.get(1).recognised()).isEqualTo(Optional.empty());
        }
    }

    @Test
    void withoutPluginsOnlyMagicBytesAreRecognised() throws Exception {
        try (Demo demo = Demo.start(TestedIo.server(), 0)) {
            List<Row> rows = demo.run();

            assertThat(rows)
                    .filteredOn(row -> row.wrong().isEmpty())
                    .extracting(Row::backend)
                    .containsExactly(Optional.of("magic"));
        }
    }

    @Test
    void everyPrintedCommandNamesThePort() throws Exception {
        try (Demo demo = Demo.start(with(PLUGINS), 0)) {
            assertThat(demo.commands()).hasSize(7).allMatch(line -> line.contains(String.valueOf(demo.port())));
        }
    }

    private static RefractiumBuilder with(Path plugins) {
        return TestedIo.server().plugins(plugins);
    }

    private static List<String> wrong(Demo demo, List<Row> rows) {
        return demo.backends().stream()
                .filter(backend ->
                        rows.get(demo.backends().indexOf(backend)).wrong().isPresent())
                .toList();
    }

    private static void copyAllBut(String name, Path directory) throws IOException {
        try (var jars = Files.list(PLUGINS)) {
            for (Path jar : jars.toList()) {
                if (!jar.getFileName().toString().contains(name)) {
                    Files.copy(jar, directory.resolve(jar.getFileName()));
                }
            }
        }
    }
}
