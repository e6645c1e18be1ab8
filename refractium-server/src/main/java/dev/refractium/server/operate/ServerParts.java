package dev.refractium.server.operate;

import dev.refractium.server.engine.Engine;
import dev.refractium.server.engine.ServerResources;
import dev.refractium.server.reload.ReloadAttempt;
import dev.refractium.server.reload.ServerRequest;

/** The parts of a running server. */
public record ServerParts(ServerRequest request, ServerResources resources, Engine engine, ReloadAttempt reloads) {}
