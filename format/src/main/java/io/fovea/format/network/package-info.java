/** Networks as JSON, written in full; a file may leave most keys out. */
@org.jspecify.annotations.NullMarked
package io.fovea.format.network;
