package dev.refractium.server.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
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
            return Optional.ofNullable(Epoll.unavailabilityCause()).map(IoKind::reason);
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

    /** Netty copies its library to a directory of temporary files, which may be read-only or closed to programs. */
    private static String reason(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        boolean unloaded = root instanceof IOException || root instanceof UnsatisfiedLinkError;
        return unloaded
                ? "no library of Netty's can be loaded from its directory; set REFRACTIUM_JAVA_OPTS="
                        + "-Dio.netty.native.workdir=DIR to one that programs may run from: " + root.getMessage()
                : String.valueOf(root.getMessage());
    }
}
