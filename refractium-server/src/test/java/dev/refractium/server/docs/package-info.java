/** The documents as a whole: their links, tables and index. It may know files only, and nothing of the server. */
@NullMarked
package dev.refractium.server.docs;

import org.jspecify.annotations.NullMarked;
