/**
 * The properties of this machine: the vector width ({@link io.fovea.kernel.vector.machine.Lanes}),
 * what the processor is, its peak, prefetching, and loops over plain arrays that several operations
 * share.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.machine;
