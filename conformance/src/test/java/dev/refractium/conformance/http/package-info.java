/** Request heads, ordinary and odd, and what a server answers to them. It knows no server and no proxy. */
@NullMarked
package dev.refractium.conformance.http;

import org.jspecify.annotations.NullMarked;
