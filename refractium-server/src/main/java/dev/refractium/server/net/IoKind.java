package dev.refractium.server.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.Optional;

/** What the event loops stand on. */
public enum IoKind {
    /** Linux's own readiness calls: fewer of them a connection, and less memory. */
    EPOLL {
        @Override
        IoHandlerFactory handlers() {
            return EpollIoHandler.newFactory();
        }

        @Override
        public Optional<String> missing() {
            Throwable why = Epoll.unavailabilityCause();
            return why == null ? Optional.empty() : Optional.of(rootOf(why));
        }
    },

    /** The JDK's selectors: everywhere. */
    NIO {
        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }
    };

    abstract IoHandlerFactory handlers();

    /** Why this machine does not have it; empty if it has. Loads what there is to load. */
    public abstract Optional<String> missing();

    private static String rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
