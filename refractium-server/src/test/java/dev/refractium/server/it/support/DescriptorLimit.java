package dev.refractium.server.it.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/** Takes this process its descriptors, and gives them back, by a shell that was started while there were some. */
public final class DescriptorLimit implements AutoCloseable {
    private final Process shell;
    private final Writer in;
    private final BufferedReader out;

    /** Changes nothing yet. Needs bash, and prlimit of util-linux. */
    public DescriptorLimit() throws IOException {
        shell = new ProcessBuilder("bash").redirectErrorStream(true).start();
        in = shell.outputWriter(StandardCharsets.UTF_8);
        out = shell.inputReader(StandardCharsets.UTF_8);
    }

    /** From now on no descriptor is to be had. */
    public void none() throws IOException {
        soft("5");
    }

    /** From now on there are as many as may be. */
    public void plenty() throws IOException {
        soft("$(ulimit -Hn)");
    }

    @Override
    public void close() throws IOException {
        plenty();
        in.close();
        out.close();
        shell.destroy();
    }

    private void soft(String limit) throws IOException {
        in.write("prlimit --pid " + ProcessHandle.current().pid() + " --nofile=" + limit + ": && echo done\n");
        in.flush();
        String answer = out.readLine();
        if (!"done".equals(answer)) {
            throw new IOException("no limit was set: " + answer);
        }
    }
}
