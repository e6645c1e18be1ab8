package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.report.Plan;
import dev.refractium.server.text.Addresses;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The run of a server on the command line: start, print where it listens, wait for a signal, drain. */
final class ServerRun {
    private static final Logger log = LoggerFactory.getLogger(ServerRun.class);

    /** How often the control socket is checked. */
    private static final long KEEP_MS = 1_000;

    private ServerRun() {}

    /** Serves until a signal ends it. */
    static int run(RefractiumBuilder builder, PrintWriter out)
            throws ConfigException, StartException, InterruptedException {
        StandardStreams.queueOutput();
        return run(builder, out, Signals.install());
    }

    /** Serves until {@code signals} report one. */
    static int run(RefractiumBuilder builder, PrintWriter out, Signals signals)
            throws ConfigException, StartException, InterruptedException {
        ExitWatch watch = ExitWatch.watch();
        try {
            return serve(builder, out, signals);
        } finally {
            watch.close();
        }
    }

    private static int serve(RefractiumBuilder builder, PrintWriter out, Signals signals)
            throws ConfigException, StartException, InterruptedException {
        // The socket is taken first, so that a second server of one file binds nothing. It closes last, so that the
        // server can be queried while it drains.
        try (Control control = new Control();
                Refractium server = builder.beforeListening(control::take).start()) {
            control.open(server);
            Plan plan = server.plan();
            plan.configFile().ifPresent(file -> log.info("configuration file={}", file));
            control.socket().ifPresent(socket -> log.info("control socket={}", socket));
            signals.reportHangUps();
            signals.onSecond(server::cutNow);
            signals.onHangUp(() -> reload(server));
            out.println(ready(server, plan));
            out.flush();
            ClassArchive.makeIfWanted();
            while (!signals.await(KEEP_MS)) {
                control.keep(server);
            }
        }
        return ExitCode.OK;
    }

    /** The server has already logged the result. */
    private static void reload(Refractium server) {
        try {
            server.reload();
        } catch (ConfigException | StartException e) {
            log.debug("SIGHUP", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String ready(Refractium server, Plan plan) {
        long plugins = plan.plugins().stream()
                .filter(plugin -> plugin.refused().isEmpty())
                .count();
        return "listening" + address(" tcp=", server.tcp()) + address(" udp=", server.udp()) + unix(plan) + " routes="
                + plan.routes().size() + " plugins=" + plugins;
    }

    /** Returns the first Unix socket. */
    private static String unix(Plan plan) {
        return plan.listeners().stream()
                .flatMap(listener -> listener.addresses().stream())
                .filter(address -> address.startsWith("unix:"))
                .findFirst()
                .map(address -> " unix=" + address.substring("unix:".length()))
                .orElse("");
    }

    private static String address(String label, Optional<InetSocketAddress> address) {
        return address.map(socket -> label + Addresses.text(socket)).orElse("");
    }
}
