/**
 * The executable specification: nested loops from the formula, sums in double, no tricks, never
 * optimised. The float methods widen, run the double loops and narrow; gradient checks and golden
 * numbers use the double loops directly.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.reference;
