package dev.refractium.server.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.util.Optional;

/** The kernel interface that the event loops use. */
public enum IoKind {
    /** Linux's epoll: fewer system calls per connection, and less memory. */
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

    /** The JDK's selectors, on every platform. */
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

    /** Returns why this machine lacks it; empty if it is available. Loads the native library. */
    public abstract Optional<String> missing();

    private static String rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
