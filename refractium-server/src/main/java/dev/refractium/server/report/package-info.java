/**
 * What a program or an operator reads about a server: records only, which hold no part of it. It imports nothing of the
 * project.
 */
@NullMarked
package dev.refractium.server.report;

import org.jspecify.annotations.NullMarked;
