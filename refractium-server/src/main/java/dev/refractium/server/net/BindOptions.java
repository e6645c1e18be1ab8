package dev.refractium.server.net;

import java.util.Optional;

/**
 * What a listening socket is bound with, beside its address.
 *
 * @param backlog how many connections may wait to be accepted
 * @param device the only network interface that it hears; empty: all
 * @param freebind whether the address need not be one of this machine yet
 * @param v6Only whether "::" takes IPv6 only
 */
public record BindOptions(int backlog, Optional<String> device, boolean freebind, boolean v6Only) {
    /** The most connections that may wait, unless a listener says otherwise. */
    public static final int BACKLOG = 4096;

    /** Nothing but the address. */
    public static final BindOptions USUAL = new BindOptions(BACKLOG, Optional.empty(), false, false);

    /** Returns whether only Linux's own calls have these options. */
    public boolean needsEpoll() {
        return device.isPresent() || freebind || v6Only;
    }
}
