package dev.refractium.plugins.ftp;

import dev.refractium.api.HealthCheck;
import dev.refractium.api.Peek;
import java.nio.charset.StandardCharsets;

/**
 * Awaits the greeting of an FTP server, which may have several lines, and quits (RFC 959, sections 4.2 and 5.4). One check,
 * one thread.
 */
final class FtpHealthCheck implements HealthCheck {
    private static final byte[] QUIT = "QUIT\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CODE = 3;

    @Override
    public Verdict judge(Peek answer) {
        int known = Math.min(CODE, answer.length());
        for (int i = 0; i < known; i++) {
            if (answer.byteAt(i) < '0' || answer.byteAt(i) > '9') {
                return Verdict.FOREIGN;
            }
        }
        if (answer.length() <= CODE) {
            return Verdict.NEED_MORE;
        }
        String code = answer.ascii(0, CODE);
        int after = answer.byteAt(CODE);
        if (after != ' ' && after != '-') {
            return Verdict.FOREIGN;
        }
        return switch (code) {
            case "220" -> after == ' ' ? line(answer, 0) : lastLine(answer);
            case "120", "421" -> Verdict.FAILING;
            default -> Verdict.FOREIGN;
        };
    }

    @Override
    public byte[] closing() {
        return QUIT.clone();
    }

    /** The last line of several begins with the code and a blank. */
    private static Verdict lastLine(Peek answer) {
        byte[] last = "\n220 ".getBytes(StandardCharsets.US_ASCII);
        for (int i = CODE; i < answer.length(); i++) {
            if (answer.byteAt(i) == '\n' && answer.startsWith(last, i) == Peek.Fit.YES) {
                return line(answer, i + 1);
            }
        }
        return Verdict.NEED_MORE;
    }

    private static Verdict line(Peek answer, int from) {
        for (int i = from; i < answer.length(); i++) {
            if (answer.byteAt(i) == '\n') {
                return Verdict.ALIVE;
            }
        }
        return Verdict.NEED_MORE;
    }
}
