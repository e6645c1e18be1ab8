package dev.refractium.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.conformance.http.Heads;
import dev.refractium.conformance.servers.Keys;
import dev.refractium.conformance.servers.Servers;
import dev.refractium.conformance.tls.Hellos;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The servers that Maven has, with every oddity once. {@code .ci/conformance} asks more servers, and more. */
class ConformanceIT {
    private final List<String> progress = new ArrayList<>();

    @Test
    void noServerServesAnotherHostThanTheProxyRoutesBy(@TempDir Path directory) throws Exception {
        Run run = new Run(new Options(Heads.once(), 0, 1, ""), progress::add);

        Table table = run.heads(Servers.embeddedHttp(directory));

        assertThat(table.isClean())
                .as("%s%n%s", progress, String.join("\n", table.lines()))
                .isTrue();
    }

    @Test
    void noServerServesAnotherServerNameThanTheProxyRoutesBy(@TempDir Path directory) throws Exception {
        Run run = new Run(new Options(0, Hellos.once(), 1, ""), progress::add);

        Table table = run.hellos(Servers.embeddedTls(new Keys(directory)));

        assertThat(table.isClean())
                .as("%s%n%s", progress, String.join("\n", table.lines()))
                .isTrue();
    }
}
