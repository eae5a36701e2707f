/**
 * ONNX graphs as graphs of core's layers.
 *
 * <p>{@code LoweringRegistry} says how each operator is lowered, {@code LoweringContext} is one
 * node, {@code LoweringState} what is known of each value. {@code Axes} are views; {@code
 * LayerGraphBuilder} holds the layers until they are a network, and {@code GraphOptimizer} replaces
 * several by one. A new layer gets a line in {@code LoweringRegistry} where ONNX has an operator
 * for it.
 */
@NullMarked
package io.fovea.format.onnx.lower;

import org.jspecify.annotations.NullMarked;
