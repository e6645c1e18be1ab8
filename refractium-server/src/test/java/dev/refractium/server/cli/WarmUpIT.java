package dev.refractium.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.refractium.api.Identification;
import dev.refractium.api.Transport;
import dev.refractium.server.RefractiumBuilder;
import dev.refractium.server.it.support.CountingProtocol;
import dev.refractium.server.it.support.TestedIo;
import dev.refractium.server.it.support.UdpBackend;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server of the command line has its code compiled by sessions with itself. */
class WarmUpIT {
    @Test
    void serverOfTheCommandLineWarmsUp() throws Exception {
        CountingProtocol protocol = new CountingProtocol(Identification.match());
        Signals signals = new Signals();
        try (UdpBackend backend = UdpBackend.echoOn("127.0.0.1")) {
            RefractiumBuilder builder = TestedIo.server()
                    .listen("127.0.0.1", 0)
                    .transports(Transport.UDP)
                    .protocol(protocol)
                    .route("counting", route -> route.transport(Transport.UDP).to(backend.address()));
            CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> run(builder, signals));

            await().until(() -> protocol.asked() >= 100);
            signals.end();

            assertThat(run.get(30, TimeUnit.SECONDS)).isEqualTo(ExitCode.OK);
            assertThat(backend.received()).isZero();
        }
    }

    private static int run(RefractiumBuilder builder, Signals signals) {
        try {
            return ServerRun.run(builder, Optional.empty(), new PrintWriter(new StringWriter()), signals);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
