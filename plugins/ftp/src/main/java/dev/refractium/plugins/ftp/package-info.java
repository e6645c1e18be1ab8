/**
 * Recognises FTP where a client does speak first, and says of it that the server does. It knows the API and the bytes,
 * and nothing of greetings, data connections or routes.
 */
@NullMarked
package dev.refractium.plugins.ftp;

import org.jspecify.annotations.NullMarked;
