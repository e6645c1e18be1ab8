package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.CommandLineJvm;
import dev.refractium.server.it.support.TestBackend;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The program that docs/embedding.md shows compiles and runs as it stands there. */
class EmbeddingGuideIT {
    private static final Path GUIDE = Path.of("..", "docs", "embedding.md");
    private static final Path EXAMPLE = Path.of("..", "examples", "plain-maven", "src/main/java/com/example/Edge.java");
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");
    private static final Pattern PORT = Pattern.compile("(?m)^port (\\d+)$");
    private static final int ENDED_BY_SIGTERM = 143;

    @RegisterExtension
    final Lab lab = new Lab();

    @Test
    void theExampleIsTheProgramOfTheGuide() throws Exception {
        assertThat(Files.readString(EXAMPLE)).isEqualTo(program());
    }

    @Test
    void theProgramServesUntilItIsEnded() throws Exception {
        try (TestBackend web = TestBackend.named("web");
                TestBackend greeter = TestBackend.named("greeter")) {
            Path output = lab.write("output", "");
            List<String> command = command(compiled());
            command.addAll(List.of("127.0.0.1:" + web.port(), "127.0.0.1:" + greeter.port()));
            Process program = lab.serve(
                    () -> PORT.matcher(Files.readString(output)).find(),
                    "sh",
                    "-c",
                    "exec '" + String.join("' '", command) + "' >output");

            try (Client client = Client.to(address(Files.readString(output)))) {
                client.send("HELLO Anna").finish();
                assertThat(client.rest().text()).isEqualTo("greeter>HELLO Anna");
            }
            try (Client client = Client.to(address(Files.readString(output)))) {
                client.send("GET / HTTP/1.0\r\n\r\n").finish();
                assertThat(client.rest().text()).startsWith("web>GET /");
            }

            await().untilAsserted(() -> assertThat(output).content().contains("greeting sent 10 bytes"));
            program.destroy();
            assertThat(program.waitFor()).isEqualTo(ENDED_BY_SIGTERM);
        }
    }

    private static String program() throws Exception {
        Matcher shown = JAVA.matcher(Files.readString(GUIDE));
        assertThat(shown.find()).isTrue();
        return shown.group(1);
    }

    private static InetSocketAddress address(String output) {
        Matcher port = PORT.matcher(output);
        assertThat(port.find()).isTrue();
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port.group(1)));
    }

    private Path compiled() throws Exception {
        Path source = lab.write("com/example/Edge.java", program());
        Path classes = Files.createDirectories(lab.directory().resolve("classes"));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-cp", classPath(), "-d", classes.toString(), source.toString());
        assertThat(result).isZero();
        return classes;
    }

    /** Returns the command of the program, with the class path that its build would have. */
    private static List<String> command(Path classes) throws IOException {
        List<String> command = new ArrayList<>(CommandLineJvm.options());
        int classPath = command.indexOf("-cp") + 1;
        command.set(classPath, classes + File.pathSeparator + classPath());
        command.add("com.example.Edge");
        return command;
    }

    private static String classPath() throws IOException {
        try (Stream<Path> plugins = Files.list(Lab.plugins())) {
            Path http = plugins.filter(jar -> jar.getFileName().toString().contains("http"))
                    .findFirst()
                    .orElseThrow();
            return http.toAbsolutePath() + File.pathSeparator + System.getProperty("java.class.path");
        }
    }
}
