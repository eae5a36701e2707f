/**
 * ONNX models (onnx.ai): read a file with {@link io.fovea.format.onnx.OnnxModel} and compute what
 * it computes, on {@link io.fovea.format.onnx.value.NdArray}s. Files are data from anybody: a
 * damaged or hostile one ends in a {@link io.fovea.format.FormatException}, in bounded time and
 * memory.
 *
 * <p>{@link io.fovea.format.onnx.Onnx} reads and writes networks: from {@code OnnxReader} through
 * {@code ConstantFolding} and {@code Patterns} to the nodes in order, each lowered by {@code
 * LoweringRegistry}, then {@code GraphOptimizer}, to a graph and its weights (decision 12). Views
 * are followed, not computed.
 */
@NullMarked
package io.fovea.format.onnx;

import org.jspecify.annotations.NullMarked;
