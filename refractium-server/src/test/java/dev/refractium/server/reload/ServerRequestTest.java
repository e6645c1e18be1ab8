package dev.refractium.server.reload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServerRequestTest {
    @Test
    void theConfigurationIsNamedFromTheRoot() {
        Path given = Path.of("etc", "..", "refractium.toml");

        var files = new ServerRequest.Files(Optional.of(given), Optional.empty(), Optional.empty(), Set.of(), Map.of());

        assertThat(files.configName())
                .contains(Path.of("refractium.toml").toAbsolutePath().toString());
    }

    @Test
    void textInPlaceOfAFileIsNamedAsReadOnceAndItsPathsStartAtTheWorkingDirectory() {
        var text = new ServerRequest.GivenConfig("<stdin>", "".getBytes(UTF_8));

        var files = new ServerRequest.Files(Optional.empty(), Optional.of(text), Optional.empty(), Set.of(), Map.of());

        assertThat(files.configName()).contains("<stdin>, read once");
        assertThat(files.directory()).isEqualTo(Path.of("").toAbsolutePath());
    }
}
