/** Parallel loops over a fixed partition. */
@org.jspecify.annotations.NullMarked
package io.fovea.parallel;
