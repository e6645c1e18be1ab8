package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * The real programs whose configuration docs/recipes.md gives. Each runs with what the page says, and with what else it
 * needs to be the test's own: directories, keys and a log.
 */
final class RecipePrograms implements AutoCloseable {
    private final Lab lab;
    private final boolean moving;

    private RecipePrograms(Lab lab, boolean moving) {
        this.lab = lab;
        this.moving = moving;
    }

    /** Prepares for a recipe's programs, before anything of it is started: it may need a network of its own. */
    static RecipePrograms of(Lab lab, Recipe recipe) throws Exception {
        boolean moving = recipe.files().containsKey("keepalived.conf");
        if (moving) {
            Keepalived.enterNetwork(lab);
        }
        return new RecipePrograms(lab, moving);
    }

    /** Starts the programs of these configurations, given by their files' names. */
    void start(Map<String, String> files) throws Exception {
        for (Map.Entry<String, String> file : files.entrySet()) {
            String text = file.getValue();
            switch (file.getKey()) {
                case "nginx.conf" -> nginx(text);
                case "sshd_config" -> Sshd.start(lab, Recipe.port(text), text).replaceClient();
                case "redis.conf" -> redis(text);
                case "master.cf" -> Postfix.start(lab, Objects.requireNonNull(files.get("main.cf")), text);
                case "main.cf" -> assertThat(files).containsKey("master.cf");
                case "refractium.conf" -> lab.write("refractium.conf", text);
                case "keepalived.conf" -> Keepalived.install(lab, text);
                default -> throw new IllegalArgumentException("no program has a file " + file.getKey());
            }
        }
    }

    /** Starts nginx at a port, or at sockets with the certificate that it names. */
    private void nginx(String text) throws Exception {
        if (!text.contains("listen unix:")) {
            Nginx.start(lab, Recipe.port(text), text);
            return;
        }
        Certificates.Pair pair = new Certificates(lab).issue("www.example.com");
        lab.write("etc/letsencrypt/live/www.example.com/fullchain.pem", Files.readAllBytes(pair.certificate()));
        lab.write("etc/letsencrypt/live/www.example.com/privkey.pem", Files.readAllBytes(pair.key()));
        Path sockets = Files.createDirectories(lab.directory().resolve("run/nginx"));
        Nginx.start(lab, () -> Files.exists(sockets.resolve("https.sock")), text);
    }

    private void redis(String text) throws Exception {
        int port = Recipe.port(text);
        Path file = lab.write("redis.conf", text);
        lab.serve(() -> lab.accepts(port), "redis-server", file, "--save", "", "--dir", lab.directory());
    }

    @Override
    public void close() throws IOException {
        if (moving) {
            try {
                Keepalived.stop(lab);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IOException("keepalived cannot be stopped", e);
            }
        }
    }
}
