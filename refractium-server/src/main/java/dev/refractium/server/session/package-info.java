/**
 * What is known of live sessions whatever their transport: who is admitted, who is alive, how they ended, and how they
 * are drained. It moves no bytes.
 */
@NullMarked
package dev.refractium.server.session;

import org.jspecify.annotations.NullMarked;
