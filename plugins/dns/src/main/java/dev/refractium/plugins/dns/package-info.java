/**
 * Recognises DNS requests over UDP and TCP by reading them through, and says which name they ask for. It knows the API
 * and the bytes, and nothing of answers, caches or routes.
 */
@NullMarked
package dev.refractium.plugins.dns;

import org.jspecify.annotations.NullMarked;
