package dev.refractium.server.net;

import java.net.UnknownHostException;
import java.util.Optional;

/** Names as the JDK resolves them: by nsswitch on Linux. It tells no TTL and knows no services. */
final class JdkNames implements NameService {
    private final NameResolver.Resolver resolver;

    JdkNames(NameResolver.Resolver resolver) {
        this.resolver = resolver;
    }

    @Override
    public NameAnswer ask(NameQuestion question) throws UnknownHostException {
        if (question.isService()) {
            throw new UnknownHostException("the JDK's resolver knows no services; set resolvers to another value");
        }
        try {
            return NameAnswer.of(resolver.resolve(question.name()), Optional.empty(), "jdk");
        } catch (UnknownHostException e) {
            UnknownHostException plain = new UnknownHostException("the name does not resolve");
            plain.initCause(e);
            throw plain;
        }
    }
}
