package dev.refractium.server.demo;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.net.Closer;
import dev.refractium.server.report.Plan;
import dev.refractium.server.report.Plugin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A proxy on one loopback port, a backend for each protocol behind it, and clients that come to that port. One thread.
 */
public final class Demo implements AutoCloseable {
    private final Stage stage;
    private final Refractium proxy;

    private Demo(Stage stage, Refractium proxy) {
        this.stage = stage;
        this.proxy = proxy;
    }

    /**
     * Starts backends and proxy. A route whose protocol no plugin provides is left out: its client will tell.
     *
     * @param builder says where the plugins are; the rest is said here
     * @param port of the proxy; 0: any free one
     */
    public static Demo start(RefractiumBuilder builder, int port)
            throws ConfigException, StartException, IOException, InterruptedException {
        try (Closer closer = new Closer()) {
            Stage stage = closer.add(new Stage(), Stage::close);
            Set<String> provided = builder.listPlugins().plugins().stream()
                    .map(Plugin::provides)
                    .flatMap(List::stream)
                    .collect(Collectors.toSet());
            builder.listen("127.0.0.1", port).hotReload(false);
            for (Scene scene : stage.scenes()) {
                if (provided.contains(scene.protocol()) || scene.protocol().equals(Stage.OWN_PROTOCOL)) {
                    builder.route(scene.protocol(), scene::fill);
                }
            }
            Demo demo = new Demo(stage, builder.start());
            closer.keep();
            return demo;
        }
    }

    /** The proxy's port, for TCP and UDP. */
    public int port() {
        return proxy.tcp().orElseThrow().getPort();
    }

    /** The proxy. */
    public Refractium proxy() {
        return proxy;
    }

    /** The names of the backends. */
    public List<String> backends() {
        return stage.scenes().stream().map(scene -> scene.backend().name()).toList();
    }

    /** Stops one backend, as if it had crashed. */
    public void stop(String backend) {
        for (Scene scene : stage.scenes()) {
            if (scene.backend().name().equals(backend)) {
                scene.backend().close();
            }
        }
    }

    /** Sends each client on its way, one after the other. */
    public List<Row> run() {
        List<Plan.Route> routes = proxy.plan().routes();
        List<Row> rows = new ArrayList<>();
        stage.scenes().forEach(scene -> rows.add(play(scene, routes)));
        return rows;
    }

    /** What to type to be a client oneself. */
    public List<String> commands() {
        return stage.scenes().stream()
                .map(scene -> scene.command().replace("PORT", String.valueOf(port())))
                .toList();
    }

    /** Drains the proxy, then stops the backends. */
    @Override
    public void close() {
        try (stage) {
            proxy.close();
        }
    }

    private Row play(Scene scene, List<Plan.Route> routes) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port());
        Optional<Backend> answered = Optional.empty();
        Optional<String> wrong = Optional.empty();
        long start = System.nanoTime();
        try {
            answered = Backend.nameIn(scene.client().ask(address)).flatMap(this::backend);
        } catch (SocketTimeoutException e) {
            wrong = Optional.of("no answer in time");
        } catch (IOException e) {
            wrong = Optional.of(String.valueOf(e.getMessage()));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        Optional<String> recognised = answered.flatMap(backend -> taken(backend, routes));
        if (wrong.isEmpty() && !answered.equals(Optional.of(scene.backend()))) {
            wrong = Optional.of("the answer should come from " + scene.backend().name());
        }
        return new Row(
                scene.sent(),
                recognised,
                answered.map(Backend::name),
                answered.map(Demo::address),
                took,
                wrong.or(() -> recognised.isPresent() ? Optional.empty() : Optional.of("no route leads there")));
    }

    private Optional<Backend> backend(String name) {
        return stage.scenes().stream()
                .map(Scene::backend)
                .filter(backend -> backend.name().equals(name))
                .findFirst();
    }

    /** What the proxy took the client for: what leads to the backend that answered, and to no other. */
    private static Optional<String> taken(Backend backend, List<Plan.Route> routes) {
        String taken = routes.stream()
                .filter(route ->
                        route.transport().equals(backend.transport().name().toLowerCase(Locale.ROOT))
                                && route.backends().contains(address(backend)))
                .map(Plan.Route::taken)
                .collect(Collectors.joining(" or "));
        return taken.isEmpty() ? Optional.empty() : Optional.of(taken);
    }

    private static String address(Backend backend) {
        return "127.0.0.1:" + backend.address().getPort();
    }
}
