package com.example;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.refractium.api.Direction;
import dev.refractium.api.Identification;
import dev.refractium.plugins.http.HttpProtocol;
import dev.refractium.server.Refractium;
import java.util.Locale;

/** Serves HTTP and a protocol of its own on one port. */
public final class Edge {
    private static final byte[] HELLO = "HELLO ".getBytes(US_ASCII);

    private Edge() {}

    public static void main(String[] backends) throws Exception {
        Refractium proxy = Refractium.builder()
                .listen("127.0.0.1", 0)
                .protocol(new HttpProtocol())
                .protocol("greeting", peek -> switch (peek.startsWith(HELLO, 0)) {
                    case YES -> Identification.match();
                    case SO_FAR -> Identification.needMore(HELLO.length);
                    case NO -> Identification.noMatch();
                })
                .route("http", route -> route.to(backends[0]))
                .route("greeting", route -> route.to(backends[1]))
                .hook("bytes", session -> end -> System.out.printf(
                        Locale.ROOT, "%s sent %d bytes%n", session.route(), end.bytes(Direction.FROM_CLIENT)))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(proxy::close));
        System.out.println("port " + proxy.tcp().orElseThrow().getPort());
        proxy.await();
    }
}
