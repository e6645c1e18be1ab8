package dev.refractium.server.plugin;

/** Says why a call of plugin code has no result: it threw, it has not returned in time, or it could not begin. */
public final class PluginCallException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param reason names the plugin and the call, unless the surrounding message does */
    public PluginCallException(String reason) {
        super(reason, null, false, false);
    }

    /** Returns the message, which is never null. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
