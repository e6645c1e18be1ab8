package dev.refractium.server.net;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
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
            return Optional.ofNullable(Epoll.unavailabilityCause()).map(IoKind::reason);
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
