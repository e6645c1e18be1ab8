/**
 * What an operator can do to a running server: read its status, close sessions, reload. It decides nothing about
 * sessions by itself.
 */
@NullMarked
package dev.refractium.server.operate;

import org.jspecify.annotations.NullMarked;
