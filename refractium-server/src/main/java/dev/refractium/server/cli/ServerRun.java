package dev.refractium.server.cli;

import dev.refractium.server.Refractium;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.StartException;
import dev.refractium.server.config.ConfigException;
import dev.refractium.server.config.ControlConfig;
import dev.refractium.server.control.Inherited;
import dev.refractium.server.report.Plan;
import dev.refractium.server.report.Status;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The run of a server on the command line: start, print where it listens, wait for a signal, drain. */
final class ServerRun {
    /** The ready line names at most this many addresses of a transport. */
    private static final int MOST_ADDRESSES = 8;

    private static final Logger log = LoggerFactory.getLogger(ServerRun.class);

    /** How often the control socket is checked. */
    private static final long KEEP_MS = 1_000;

    private ServerRun() {}

    /**
     * Serves until a signal ends it.
     *
     * @param predecessor the server whose place it takes; empty: none
     */
    static int run(RefractiumBuilder builder, Optional<Predecessor> predecessor, PrintWriter out)
            throws ConfigException, StartException, InterruptedException {
        StandardStreams.queueOutput();
        return run(builder, predecessor, out, Signals.install());
    }

    /** Serves until {@code signals} report one. */
    static int run(RefractiumBuilder builder, Optional<Predecessor> predecessor, PrintWriter out, Signals signals)
            throws ConfigException, StartException, InterruptedException {
        ExitWatch watch = ExitWatch.watch();
        try {
            return serve(builder, predecessor, out, signals);
        } finally {
            watch.close();
        }
    }

    private static int serve(
            RefractiumBuilder builder, Optional<Predecessor> predecessor, PrintWriter out, Signals signals)
            throws ConfigException, StartException, InterruptedException {
        // The socket is taken first, so that a second server of one file binds nothing. It closes last, so that the
        // server can be queried while it drains.
        try (Supervisor supervisor = Supervisor.of(System.getenv());
                Control control = new Control();
                Admin admin = new Admin();
                Refractium server = builder.beforeListening(keys -> before(keys, control, predecessor))
                        .start()) {
            server.onTakenOver(() -> {
                admin.leave();
                control.leave(server);
                signals.end();
            });
            if (predecessor.isPresent()) {
                predecessor.get().serving();
                control.keep(server);
                admin.keep(server);
            } else {
                control.open(server);
                admin.open(server);
            }
            Plan plan = server.plan();
            plan.configuration().ifPresent(file -> log.info("configuration file={}", file));
            control.sockets().forEach(socket -> log.info("control socket={}", socket));
            signals.reportHangUps();
            signals.onSecond(server::cutNow);
            signals.onHangUp(() -> supervisor.reload(() -> reload(server)));
            String ready = ready(server, plan);
            out.println(ready);
            out.flush();
            supervisor.started(ready, server.administration()::stuckMs);
            server.warmUp();
            ClassArchive.makeIfWanted();
            while (!signals.await(KEEP_MS)) {
                control.keep(server);
                admin.keep(server);
            }
            supervisor.stopping();
        }
        return ExitCode.OK;
    }

    /** Takes what is needed before listening: the sockets of the server before, or else the control socket. */
    private static Inherited before(ControlConfig keys, Control control, Optional<Predecessor> predecessor)
            throws StartException {
        if (predecessor.isPresent()) {
            return predecessor.get().ask(keys);
        }
        control.take(keys);
        return Activation.of(System.getenv(), ProcessHandle.current().pid());
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
        List<Status.Listener> listeners = server.status().listeners();
        long routes = plan.routes().stream()
                .map(route -> List.of(route.transport(), route.taken()))
                .distinct()
                .count();
        return "listening" + addresses("tcp", listeners) + addresses("udp", listeners) + " routes=" + routes
                + " plugins=" + plugins;
    }

    /** Returns where it listens over one transport, of many addresses the first few. */
    private static String addresses(String transport, List<Status.Listener> listeners) {
        List<String> all = listeners.stream()
                .filter(listener -> listener.transport().equals(transport))
                .map(Status.Listener::address)
                .toList();
        String more = all.size() > MOST_ADDRESSES ? ",and " + (all.size() - MOST_ADDRESSES) + " more" : "";
        return all.isEmpty()
                ? ""
                : " " + transport + "=" + all.stream().limit(MOST_ADDRESSES).collect(Collectors.joining(",")) + more;
    }
}
