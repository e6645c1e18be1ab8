package dev.refractium.server.config;

import dev.refractium.server.text.FilePattern;

/**
 * One element of the key {@code include}.
 *
 * @param files which files are included
 * @param named a problem at its place, without a message
 */
public record Include(FilePattern files, Problem named) {}
