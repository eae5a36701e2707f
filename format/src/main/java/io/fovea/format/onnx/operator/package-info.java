/**
 * ONNX's operators as its specification has them (onnx.ai/onnx/operators), a family a file; and the
 * interpreter that runs a graph of them.
 *
 * <p>Shapes, indices, constants and functions of single elements are plain loops over row-major
 * arrays. Convolutions, poolings, normalisations, softmax and matrix products are {@link
 * io.fovea.layer layers} of core ({@code NodeLayers}), which {@code LayerPass} runs one at a time.
 *
 * <p>An {@code Operator} is a small function of an {@code OperatorContext}: node, opset, inputs;
 * work is split by shapes alone. A file may come from anybody: nothing is allocated because the
 * file claims to need it, a result has at most 2^28 elements, and a graph with unknown operators is
 * refused with all of them at once.
 */
@NullMarked
package io.fovea.format.onnx.operator;

import org.jspecify.annotations.NullMarked;
