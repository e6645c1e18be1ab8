package dev.refractium.server.net;

import java.net.UnknownHostException;

/** Finds what names stand for. Any thread; blocks for some seconds at most, except the JDK's resolver. */
interface NameService {
    /**
     * Asks once.
     *
     * @throws UnknownHostException with the reason, if the name stands for nothing or nobody answers
     */
    NameAnswer ask(NameQuestion question) throws UnknownHostException;
}
