/** JSON texts: a reader, a writer, and objects that are read key by key. */
@org.jspecify.annotations.NullMarked
package io.fovea.format.json;
