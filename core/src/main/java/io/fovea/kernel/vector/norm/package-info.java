/** Batch, group, layer and local response normalisation. */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.norm;
