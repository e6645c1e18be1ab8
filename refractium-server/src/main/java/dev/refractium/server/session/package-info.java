/**
 * Sessions of every transport: how they are admitted, counted, logged, ended and drained, and which targets they try.
 * It moves no bytes.
 */
@NullMarked
package dev.refractium.server.session;

import org.jspecify.annotations.NullMarked;
