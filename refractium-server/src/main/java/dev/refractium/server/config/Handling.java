package dev.refractium.server.config;

/**
 * What a route enforces on its sessions, and what happens to them if something fails or changes.
 *
 * @param onIncomplete for sessions of this protocol whose attributes never became readable
 * @param onOddName for sessions of this protocol whose one name is no host name, if nothing else is wrong with them
 * @param onUnhealthy for sessions when no backend can be reached
 * @param onRemoved for live sessions when a later configuration no longer has the route
 */
public record Handling(
        @Key(value = "on_incomplete", initial = "close") OnFailure onIncomplete,
        @Key(value = "on_odd_name", initial = "close") OnOddName onOddName,
        @Key(value = "on_unhealthy", initial = "close") OnFailure onUnhealthy,
        DatagramConfig datagrams,
        @Key(value = "on_removed", initial = "keep") OnRemoved onRemoved,
        SessionRules rules) {}
