/** Checks of single numbers that several packages share. */
@org.jspecify.annotations.NullMarked
package io.fovea.range;
