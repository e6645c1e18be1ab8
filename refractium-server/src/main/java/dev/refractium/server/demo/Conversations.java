package dev.refractium.server.demo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.refractium.server.demo.TcpBackend.Conversation;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;

/** What the demonstration's backends say: as much of each protocol as a client needs to know whom it reached. */
final class Conversations {
    private static final byte[] MAGIC = {(byte) 0xCA, (byte) 0xFE, (byte) 0xD0, 0x0D};

    private static final int MOST_LINES = 100;
    private static final int SSH_DISCONNECT = 1;
    private static final int SSH_BY_APPLICATION = 11;

    private Conversations() {}

    /** One HTTP/1.1 response, whatever the request (RFC 9112). */
    static Conversation http(String name) {
        return client -> {
            BufferedReader request = lines(client);
            String line = request.readLine();
            for (int read = 1; line != null && !line.isEmpty() && read < MOST_LINES; read++) {
                line = request.readLine();
            }
            if (line == null) {
                return;
            }
            String body = "Hello from the demo, " + Backend.signature(name) + "\n";
            send(
                    client,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                            + "\r\nConnection: close\r\n\r\n" + body);
        };
    }

    /** The identification line, then a friendly disconnect (RFC 4253, sections 4.2, 6 and 11.1). */
    static Conversation ssh(String name) {
        return client -> {
            send(client, "SSH-2.0-RefractiumDemo " + Backend.signature(name) + "\r\n");
            if (lines(client).readLine() != null) {
                client.getOutputStream().write(disconnect("this was the demo, which has no shell to offer"));
            }
        };
    }

    /** A greeting before the client says a word, and a way to leave (RFC 959). */
    static Conversation ftp(String name) {
        return client -> {
            send(client, "220 Refractium demo, " + Backend.signature(name) + "\r\n");
            BufferedReader commands = lines(client);
            for (int read = 0; read < MOST_LINES; read++) {
                String command = commands.readLine();
                if (command == null) {
                    return;
                }
                if (command.toUpperCase(Locale.ROOT).startsWith("QUIT")) {
                    send(client, "221 Goodbye\r\n");
                    return;
                }
                send(client, "502 The demo only greets; QUIT leaves\r\n");
            }
        };
    }

    /** What the protocol of our own begins with. */
    static byte[] magic() {
        return MAGIC.clone();
    }

    /** A line for whoever knows the magic bytes. */
    static Conversation magic(String name) {
        return client -> {
            InputStream in = client.getInputStream();
            if (Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                send(client, "Your bytes were known, " + Backend.signature(name) + "\n");
            }
        };
    }

    private static BufferedReader lines(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
    }

    private static void send(Socket client, String text) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write(text.getBytes(ISO_8859_1));
        out.flush();
    }

    /** An unencrypted packet: its length, the padding's length, the message, padding to a multiple of eight. */
    private static byte[] disconnect(String reason) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        DataOutputStream fields = new DataOutputStream(message);
        fields.writeByte(SSH_DISCONNECT);
        fields.writeInt(SSH_BY_APPLICATION);
        fields.writeInt(reason.length());
        fields.write(reason.getBytes(ISO_8859_1));
        fields.writeInt(0); // no language
        int unpadded = Integer.BYTES + 1 + message.size();
        int padding = 8 - unpadded % 8 + (unpadded % 8 > 4 ? 8 : 0); // four at least
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        fields = new DataOutputStream(packet);
        fields.writeInt(1 + message.size() + padding);
        fields.writeByte(padding);
        message.writeTo(fields);
        fields.write(new byte[padding]);
        return packet.toByteArray();
    }
}
