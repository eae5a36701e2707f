/**
 * The layers: records of facts, each with its forward and its backward pass.
 *
 * <p>A layer is handed its weights and a {@link io.fovea.layer.LayerContext}, which has the place
 * for its output, gradients and scratch; so threads share layers. Shapes read (N, C, H, W), memory
 * is channels-last (decision 1). A flattened value keeps its memory: its {@code Shape} remembers
 * the maps that it came from, and the dense layer behind it packs its columns to match.
 *
 * <p>{@link io.fovea.kernel.KernelSet} says which kernels compute, and {@link
 * io.fovea.kernel.KernelCheck} says whether they are the fastest that the processor allows.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.layer;
