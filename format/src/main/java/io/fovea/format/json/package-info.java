/** JSON texts: a reader, a writer, and objects that are read key by key. */
@NullMarked
package io.fovea.format.json;

import org.jspecify.annotations.NullMarked;
