/** The matrix of outcomes: each reason that a session can end for, provoked, and counted where an operator looks. */
@NullMarked
package dev.refractium.server.it.outcomes;

import org.jspecify.annotations.NullMarked;
