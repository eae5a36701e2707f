/**
 * What all rooms need of this machine: the vector's width ({@link
 * io.fovea.kernel.vector.machine.Lanes}), what the processor is, its peak, prefetching, and loops
 * over plain arrays that several operations share.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.kernel.vector.machine;
