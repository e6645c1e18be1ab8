package dev.refractium.server.socket;

import dev.refractium.server.net.Loop;
import dev.refractium.server.net.SourceAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes sides whose connects come out as the test says; otherwise they connect at once. */
public final class ScriptedSides extends OpensOnly {
    /** The sides that were opened, in that order. */
    public final List<ScriptedSide> sides = new ArrayList<>();

    /** What opening a side throws; null: it opens. */
    public @Nullable Exception unopened;

    /** Whether sides connect to themselves. */
    public boolean self;

    /** Whether connects are under way first. */
    public boolean later;

    /** The hosts that connect at once even so. */
    public final Set<InetAddress> prompt = new HashSet<>();

    private final List<@Nullable Exception> outcomes = new ArrayList<>();

    /** What the next connects throw, in turn; null: they succeed. */
    public void next(@Nullable Exception... outcomes) {
        for (Exception outcome : outcomes) {
            this.outcomes.add(outcome);
        }
    }

    @Override
    public Side open(SocketAddress target, SourceAddress source) throws IOException {
        fail(unopened);
        ScriptedSide side = new ScriptedSide(this, (InetSocketAddress) target);
        sides.add(side);
        return side;
    }

    /** Lets the time of a connect that is under way be over. */
    public static void expire(Connect connect) {
        connect.expired();
    }

    private static void fail(@Nullable Exception e) throws IOException {
        if (e instanceof IOException io) {
            throw io;
        }
        if (e instanceof RuntimeException unchecked) {
            throw unchecked;
        }
    }

    /** A side without a socket, which has nothing to read and takes nothing. */
    public static final class ScriptedSide extends Side {
        private final ScriptedSides sockets;

        /** What it was opened for. */
        public final InetSocketAddress target;

        /** Whether it was ended by a reset. */
        public boolean reset;

        /** How many bytes it took with its connect. */
        public int taken;

        /** What a connect that was under way throws in the end; null: it succeeds. */
        public @Nullable Exception late;

        ScriptedSide(ScriptedSides sockets, InetSocketAddress target) {
            this.sockets = sockets;
            this.target = target;
        }

        @Override
        public boolean dial(SocketAddress address, ByteBuffer first) throws IOException {
            fail(sockets.outcomes.isEmpty() ? null : sockets.outcomes.remove(0));
            boolean connected = !sockets.later || sockets.prompt.contains(target.getAddress());
            if (connected) {
                taken = first.remaining();
                first.position(first.limit());
            }
            return connected;
        }

        @Override
        public InetSocketAddress local() {
            return sockets.self ? target : new InetSocketAddress(target.getAddress(), 40_000);
        }

        @Override
        public boolean finishDial() throws IOException {
            fail(late);
            return true;
        }

        @Override
        public void end(boolean reset) {
            this.reset = reset;
        }

        @Override
        public void register(Loop loop, Owner owner) {}

        @Override
        public void awaitDial() {}

        @Override
        public int read(ByteBuffer buffer) {
            return 0;
        }

        @Override
        public int write(ByteBuffer buffer) {
            return 0;
        }

        @Override
        public void keepAlive(long stallMs) {}

        @Override
        public void shutdownOutput() {}

        @Override
        public void interest(boolean read, boolean write) {}
    }
}
