/**
 * Networks as ONNX graphs.
 *
 * <p>{@code LayerNodes} writes every layer as nodes of opset 17: an {@code ExportContext} for a
 * layer, a {@code GraphWriter} for the graph.
 */
@NullMarked
package io.fovea.format.onnx.export;

import org.jspecify.annotations.NullMarked;
