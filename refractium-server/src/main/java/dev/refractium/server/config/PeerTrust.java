package dev.refractium.server.config;

/** Whether the operator knows that a route's backends trust clients by their address: {@code peer_trust}. */
public enum PeerTrust {
    /** Not known: the server warns. */
    UNKNOWN,
    /** Known, and wanted: the server does not warn. */
    KNOWN
}
