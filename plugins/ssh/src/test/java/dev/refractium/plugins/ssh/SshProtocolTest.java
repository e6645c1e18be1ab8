package dev.refractium.plugins.ssh;

import dev.refractium.api.Protocol;
import dev.refractium.testkit.HealthSample;
import dev.refractium.testkit.ProtocolContract;
import dev.refractium.testkit.Sample;
import java.util.List;

class SshProtocolTest extends ProtocolContract {
    @Override
    protected Protocol protocol() {
        return new SshProtocol();
    }

    @Override
    protected List<HealthSample> healthSamples() {
        return List.of(
                HealthSample.alive("OpenSSH", "SSH-2.0-OpenSSH_9.7\r\n"),
                HealthSample.alive("key exchange follows", "SSH-2.0-x\r\n\0\0\5\334"),
                HealthSample.alive("lines before the version", "Hello.\r\nAgain.\r\nSSH-1.99-Cisco\n"),
                HealthSample.needsMore("half a version", "SSH-2.0-Open"),
                HealthSample.needsMore("too many connections", "Exceeded MaxStartups\r\n"),
                HealthSample.foreign("MySQL", "J\0\0\0\n8.0.36"),
                HealthSample.foreign("a line without an end", "x".repeat(256)),
                HealthSample.foreign("lines without an end", "x\n".repeat(50)));
    }

    @Override
    protected List<Sample> samples() {
        return List.of(
                Sample.match("OpenSSH", "SSH-2.0-OpenSSH_9.7\r\n"),
                Sample.match("a server that still speaks version 1", "SSH-1.99-Cisco-1.25\n"),
                Sample.match("key exchange follows", "SSH-2.0-x\r\n\0\0\5\334"),
                Sample.needsMore("half a version", "SSH-"),
                Sample.needsMore("no software yet", "SSH-1.99"),
                Sample.noMatch("version 1", "SSH-1.5-OpenSSH_6.6\n").by(7),
                Sample.noMatch("version 1.9", "SSH-1.9-x\n").by(8),
                Sample.noMatch("version 2.1", "SSH-2.1-x\n").by(7),
                Sample.noMatch("lower case", "ssh-2.0-x\r\n").by(1),
                Sample.noMatch("a line before it", "\r\nSSH-2.0-x\r\n").by(1),
                Sample.noMatch("UPnP", "SUBSCRIBE / HTTP/1.1\r\n").by(2),
                Sample.noMatch("FTP", "SYST\r\n").by(2),
                Sample.noMatch("TLS", "\u0016\3\1\1\0\1").by(1));
    }
}
