package dev.refractium.server.net;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;

/**
 * A loop's handler that never ends with an open handle. Netty's loop closes its handles in a turn that begins after it was
 * asked to end; asked in the middle of a turn, it ends with that turn and leaves them open. Loop thread only.
 */
record ClosingHandler(IoHandler handler) implements IoHandler {
    static IoHandlerFactory factory(IoHandlerFactory handlers) {
        return thread -> new ClosingHandler(handlers.newHandler(thread));
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return handler.run(context);
    }

    @Override
    public void prepareToDestroy() {
        handler.prepareToDestroy();
    }

    /** Closes the handles that are registered, of which there are mostly none any more. */
    @Override
    public void destroy() {
        try {
            handler.prepareToDestroy();
        } finally {
            handler.destroy();
        }
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return handler.register(handle);
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return handler.isCompatible(type);
    }
}
