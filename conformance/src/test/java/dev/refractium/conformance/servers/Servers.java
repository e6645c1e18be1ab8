package dev.refractium.conformance.servers;

import dev.refractium.conformance.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** All servers, each of which starts when it is asked for. */
public final class Servers {
    /**
     * A server that does not run yet.
     *
     * @param title the name of the server
     * @param start starts it; empty if its program is not installed
     */
    public record Startable(String title, Callable<Optional<Server>> start) {}

    private Servers() {}

    /**
     * Returns the HTTP servers of Maven, which run in this process.
     *
     * @param directory for what they write
     */
    public static List<Startable> embeddedHttp(Path directory) {
        return List.of(
                new Startable("JDK httpserver", () -> Optional.of(new JdkHttp())),
                new Startable("Jetty", () -> Optional.of(new Jetty())),
                new Startable("Undertow", () -> Optional.of(new UndertowServer())),
                new Startable("Tomcat", () -> Optional.of(new TomcatServer(directory))));
    }

    /** Returns the TLS servers of the JDK, which run in this process. */
    public static List<Startable> embeddedTls(Keys keys) {
        return List.of(new Startable("JDK SSLServerSocket", () -> Optional.of(new JdkTls(keys))));
    }

    /** Returns the HTTP servers of Debian. */
    public static List<Startable> debianHttp(Path directory) {
        return external(Debian.http(), directory, directory);
    }

    /** Returns the TLS servers of Debian. */
    public static List<Startable> debianTls(Path directory, Keys keys) throws IOException {
        keys.writeTo(directory);
        return external(Debian.tls(), directory, directory);
    }

    private static List<Startable> external(List<Recipe> recipes, Path directory, Path keys) {
        List<Startable> all = new ArrayList<>();
        for (Recipe recipe : recipes) {
            all.add(new Startable(recipe.title(), () -> External.start(recipe, directory, keys)));
        }
        return all;
    }
}
