/**
 * ONNX graphs as graphs of core's layers.
 *
 * <p>{@code LoweringRegistry} says how each operator is lowered, {@code LoweringContext} is one
 * node, {@code LoweringState} what is known of each value. {@code Axes} are views; {@code Draft}
 * and {@code Simplification} are the layers before they are a network. A new layer gets a line in
 * {@code LoweringRegistry} where ONNX has an operator for it.
 */
@NullMarked
package io.fovea.format.onnx.lower;

import org.jspecify.annotations.NullMarked;
