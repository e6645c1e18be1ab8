package dev.refractium.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandle;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClosingHandlerTest {
    private final IoHandler[] handler = new IoHandler[1];
    private final IoEventLoop executor =
            new SingleThreadIoEventLoop(null, new DefaultThreadFactory("ending", true), thread -> {
                handler[0] = ClosingHandler.factory(IoKind.NIO.handlers()).newHandler(thread);
                return handler[0];
            });
    private final Loop loop = new Loop(executor, handler[0]);

    @Test
    void loopThatIsAskedToEndInTheMiddleOfATurnClosesItsHandles() throws Exception {
        try (Socket socket = new Socket()) {
            executor.execute(() -> {
                loop.register(socket);
                executor.shutdownGracefully(0, 2, TimeUnit.SECONDS);
            });

            assertThat(executor.terminationFuture().await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(socket.channel.isOpen()).isFalse();
        }
    }

    @Test
    void loopThatIsAskedToEndTakesNoHandle() throws Exception {
        try (Socket socket = new Socket()) {
            var registered = executor.submit(() -> {
                executor.shutdownGracefully(0, 2, TimeUnit.SECONDS);
                return loop.register(socket);
            });

            assertThat(executor.terminationFuture().await(30, TimeUnit.SECONDS)).isTrue();
            assertThatIllegalStateException().isThrownBy(() -> registered.sync());
        }
    }

    private static final class Socket implements NioIoHandle {
        private final DatagramChannel channel = DatagramChannel.open();

        Socket() throws IOException {
            channel.configureBlocking(false);
        }

        @Override
        public SelectableChannel selectableChannel() {
            return channel;
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            // None is asked for.
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
