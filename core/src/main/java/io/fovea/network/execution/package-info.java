/**
 * How a network is run: {@link io.fovea.network.execution.Tape} is one forward and backward pass,
 * {@link io.fovea.network.execution.PackedWeights} are the weights as kernels store them, the plans
 * say what is fused and which values share a buffer, and the rewrite rules change a network before
 * inference. Not exported.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.network.execution;
