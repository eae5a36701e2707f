/** Loops over single elements: optimiser updates, sums of squares, interleaving. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.elementwise;
