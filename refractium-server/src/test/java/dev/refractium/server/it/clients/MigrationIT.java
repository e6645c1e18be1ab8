package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The pages of docs/migrate: the server takes its configurations, and the other programs take theirs. */
class MigrationIT {
    private static final Path PAGES = Path.of("..", "docs", "migrate");
    private static final Pattern TOML = Pattern.compile("(?s)```toml\n(.*?)```");
    private static final Pattern LISTEN = Pattern.compile("(?<=\\blisten )\\d+");
    private static final Path STREAM_MODULE = Path.of("/usr/lib/nginx/modules/ngx_stream_module.so");

    @RegisterExtension
    final Lab lab = new Lab();

    @BeforeEach
    void writeTheFilesThatConfigurationsName() throws IOException {
        for (Path page : pages()) {
            for (Map.Entry<String, String> file :
                    Recipe.files(Files.readString(page)).entrySet()) {
                lab.write(file.getKey(), file.getValue());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void theServerTakesEveryConfigurationOfThePage(Path page) throws Exception {
        List<String> configurations = configurations(page);

        assertThat(configurations).isNotEmpty();
        for (String configuration : configurations) {
            Path file = lab.write("refractium.toml", configuration);
            assertThat(Refractium.builder()
                            .config(file)
                            .plugins(Lab.plugins())
                            .check()
                            .routes())
                    .as(configuration)
                    .isNotEmpty();
        }
    }

    @Test
    void haproxyTakesItsExample() throws Exception {
        lab.run("haproxy", "-c", "-f", "haproxy.cfg").succeeded();
    }

    @Test
    void nginxTakesItsExample() throws Exception {
        String modules = Files.exists(STREAM_MODULE) ? "load_module " + STREAM_MODULE + ";\n" : "";
        String example = Files.readString(lab.directory().resolve("nginx.conf"));
        // nginx binds the ports even for a test.
        lab.write("nginx.conf", modules + LISTEN.matcher(example).replaceAll(Integer.toString(Ports.free())));

        Output output = lab.run(
                "nginx", "-t", "-e", "stderr", "-g", "pid nginx.pid;", "-p", lab.directory() + "/", "-c", "nginx.conf");

        if (output.errors().contains("unknown directive \"stream\"")) {
            Tool.missing("nginx's stream module is not installed");
        }
        output.succeeded();
    }

    @Test
    void sslhStartsWithItsExample() throws Exception {
        int port = Ports.free();
        String example = Files.readString(lab.directory().resolve("sslh.cfg"));
        lab.write("sslh.cfg", example.replace("\"0.0.0.0\"; port: \"443\"", "\"127.0.0.1\"; port: \"" + port + "\""));

        Process sslh = lab.serve(() -> lab.accepts(port), "sslh-select", "-f", "-Fsslh.cfg");

        assertThat(sslh.isAlive()).isTrue();
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.sorted().toList();
        }
    }

    private static List<String> configurations(Path page) throws IOException {
        List<String> found = new ArrayList<>();
        for (Matcher toml = TOML.matcher(Files.readString(page)); toml.find(); ) {
            found.add(toml.group(1));
        }
        return found;
    }
}
