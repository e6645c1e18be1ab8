package dev.refractium.server.it.clients;

import dev.refractium.server.it.support.TestBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** As much of a mail server as a client needs to deliver a message (RFC 5321). Any thread. */
final class Smtp implements TestBackend.Handler {
    private final Queue<String> messages = new ConcurrentLinkedQueue<>();

    /** The delivered messages, without the dot at the end. */
    Queue<String> messages() {
        return messages;
    }

    @Override
    public void serve(Socket socket) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        reply(socket, "220 mail.test ESMTP");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String command = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
            switch (command) {
                case "DATA" -> {
                    reply(socket, "354 go on");
                    messages.add(message(in));
                    reply(socket, "250 delivered");
                }
                case "QUIT" -> {
                    reply(socket, "221 bye");
                    return;
                }
                default -> reply(socket, "250 mail.test");
            }
        }
    }

    private static String message(BufferedReader in) throws IOException {
        StringBuilder message = new StringBuilder();
        for (String line = in.readLine(); line != null && !line.equals("."); line = in.readLine()) {
            message.append(line).append('\n');
        }
        return message.toString();
    }

    private static void reply(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
