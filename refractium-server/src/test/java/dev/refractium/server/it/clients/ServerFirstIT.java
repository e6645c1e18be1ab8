package dev.refractium.server.it.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.refractium.server.Refractium;
import dev.refractium.server.it.support.Client;
import dev.refractium.server.it.support.TestBackend;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A protocol that no plugin knows, on a port that others share: its server speaks first. */
class ServerFirstIT {
    @RegisterExtension
    final Lab lab = new Lab();

    private final Smtp smtp = new Smtp();
    private TestBackend mail;
    private TestBackend web;
    private Refractium proxy;

    @BeforeEach
    void start() throws Exception {
        mail = TestBackend.serving(smtp);
        web = TestBackend.named("web");
        proxy = lab.proxy("""
                silence_timeout = "1s"
                peek_timeout = "1m"
                """, """
                [[protocols]]
                name = "smtp"
                server_first = true
                forward_to = "%s"

                [[protocols]]
                name = "http"
                forward_to = "%s"
                """.formatted(mail.address(), web.address()));
    }

    @AfterEach
    void stop() throws Exception {
        mail.close();
        web.close();
    }

    @Test
    void curlDeliversAMessage() throws Exception {
        byte[] message = "Subject: test\r\n\r\nit came through\r\n".getBytes(StandardCharsets.US_ASCII);

        lab.feed(
                        message,
                        "curl",
                        "-sS",
                        "smtp://127.0.0.1:" + Lab.port(proxy) + "/client.test",
                        "--mail-from",
                        "from@a.test",
                        "--mail-rcpt",
                        "to@b.test",
                        "-T",
                        "-")
                .succeeded();

        assertThat(smtp.messages()).containsExactly("Subject: test\n\nit came through\n");
    }

    @Test
    void clientThatSpeaksIsRoutedByItsBytes() throws Exception {
        try (Client client = Client.to(proxy.tcp().orElseThrow())) {
            client.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");

            assertThat(client.read(4)).isEqualTo("web>");
        }
    }
}
