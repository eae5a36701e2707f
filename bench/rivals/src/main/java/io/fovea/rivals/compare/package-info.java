/** The comparison: starts the sides in turn, and prints the table. */
@org.jspecify.annotations.NullMarked
package io.fovea.rivals.compare;
