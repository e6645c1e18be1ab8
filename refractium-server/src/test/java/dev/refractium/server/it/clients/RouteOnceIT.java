package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.Proxy;
import dev.refractium.server.it.support.TestBackend;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A route is chosen once a connection: what names another host later reaches the backend of the first. */
class RouteOnceIT {
    private static final String FIRST = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String OTHER = "GET / HTTP/1.1\r\nHost: b.test\r\n\r\n";

    @SuppressWarnings("NullAway.Init")
    private TestBackend a;

    @SuppressWarnings("NullAway.Init")
    private TestBackend b;

    @SuppressWarnings("NullAway.Init")
    private Proxy proxy;

    @BeforeEach
    void start() throws Exception {
        a = TestBackend.named("a");
        b = TestBackend.named("b");
        proxy = Proxy.of(
                Proxy.builder()
                        .plugins(Lab.plugins())
                        .route("http", route -> route.match("host", "a.test").to(a.address()))
                        .route("http", route -> route.match("host", "b.test").to(b.address())),
                a,
                b);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        a.close();
        b.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                OTHER,
                "GET http://b.test/ HTTP/1.1\r\nHost: b.test\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: b.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
            })
    void secondRequestReachesTheBackendOfTheFirstWhateverHostItNames(String second) throws IOException {
        try (Client client = proxy.connect()) {
            client.send(FIRST).read("a>".length() + FIRST.length());

            String answer = client.send(second).read(second.length());

            assertThat(answer).as("what a sends back").isEqualTo(second);
            assertThat(a.accepted()).isEqualTo(1);
            assertThat(b.accepted()).isZero();
        }
    }

    @Test
    void pipelinedRequestsGoToOneBackend() throws IOException {
        try (Client client = proxy.connect()) {
            String answer = client.send(FIRST + OTHER).read("a>".length() + FIRST.length() + OTHER.length());

            assertThat(answer).isEqualTo("a>" + FIRST + OTHER);
            assertThat(b.accepted()).isZero();
        }
    }

    @Test
    void everyConnectionIsRoutedByItsOwnFirstRequest() throws IOException {
        try (Client client = proxy.connect()) {
            assertThat(client.send(OTHER).read("b>".length() + OTHER.length())).isEqualTo("b>" + OTHER);
            assertThat(a.accepted()).isZero();
        }
    }
}
