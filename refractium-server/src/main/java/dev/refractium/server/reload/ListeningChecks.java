package dev.refractium.server.reload;

import dev.refractium.server.config.ControlConfig;
import dev.refractium.server.config.ListenerConfig;
import dev.refractium.server.config.Problems;
import dev.refractium.server.config.ServerConfig;
import dev.refractium.server.config.UnixSocket;
import dev.refractium.server.files.SocketPlace;
import dev.refractium.server.generation.ListenerSpec;
import dev.refractium.server.net.IoKind;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Finds listeners that this machine cannot serve, and Unix sockets whose directory will not do. One use, one thread. */
final class ListeningChecks {
    private static final String NEEDS_EPOLL = " need io = \"epoll\", which is not used here; ";

    private final ServerConfig server;
    private final Set<Path> trusted;
    private final Problems problems;
    private final Problems unfit;

    /**
     * @param trusted directories whose content is accepted as it is
     * @param problems where to add what is wrong on every machine
     * @param unfit where to add what this machine cannot serve, but another could
     */
    ListeningChecks(ServerConfig server, Set<Path> trusted, Problems problems, Problems unfit) {
        this.server = server;
        this.trusted = trusted;
        this.problems = problems;
        this.unfit = unfit;
    }

    /** Checks that listeners ask for nothing that needs epoll where it is not used. */
    void options(List<ListenerSpec> listeners) {
        if (!server.process().io().equals("nio") && IoKind.EPOLL.missing().isEmpty()) {
            return;
        }
        // Of a listener with several addresses each is one.
        Set<String> reported = new HashSet<>();
        for (ListenerSpec listener : listeners) {
            ListenerConfig config = listener.config();
            if (!reported.add(listener.name())) {
                continue;
            }
            if (listener.binding().options().needsEpoll()) {
                unfit.add(config.origin()
                        .problem("name", "interface, freebind and v6only" + NEEDS_EPOLL + "remove them"));
            }
            if (config.address().unix().isAbstract()) {
                unfit.add(config.origin()
                        .problem("abstract", "abstract names" + NEEDS_EPOLL + "name the path of a file instead"));
            }
        }
    }

    /** Checks the named control sockets, without which the server would not start. */
    void control() {
        ControlConfig control = server.process().control();
        check("control", control.socket());
        check("control_read", control.read().map(Path::of));
        Stream.concat(control.socket().stream(), control.read().map(Path::of).stream())
                .findFirst()
                .ifPresent(place -> control.group()
                        .filter(name -> !SocketPlace.isGroup(place, name))
                        .ifPresent(name -> problems.add(server.origin()
                                .problem(
                                        "control_group",
                                        "\"" + name + "\" is no group of this machine; create it, or name another"))));
    }

    private void check(String key, Optional<Path> socket) {
        socket.flatMap(place -> SocketPlace.reasonAgainst(place, trusted))
                .ifPresent(why -> problems.add(server.origin().problem(key, why)));
    }

    /** Checks the directories and the owners of Unix sockets. */
    void unixSockets(List<ListenerConfig> listeners) {
        for (ListenerConfig listener : listeners) {
            UnixSocket unix = listener.address().unix();
            unix.file().map(Path::of).ifPresent(place -> {
                SocketPlace.reasonAgainst(place, trusted)
                        .ifPresent(why -> unfit.add(listener.origin().problem("path", why)));
                unix.owner()
                        .filter(name -> !SocketPlace.isUser(place, name))
                        .ifPresent(name -> unfit.add(listener.origin()
                                .problem(
                                        "owner",
                                        "\"" + name + "\" is no user of this machine; create it, or name another")));
                unix.group()
                        .filter(name -> !SocketPlace.isGroup(place, name))
                        .ifPresent(name -> unfit.add(listener.origin()
                                .problem(
                                        "group",
                                        "\"" + name + "\" is no group of this machine; create it, or name another")));
            });
        }
    }
}
