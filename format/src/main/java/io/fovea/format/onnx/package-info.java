/**
 * ONNX models (onnx.ai): read a file with {@link io.fovea.format.onnx.OnnxModel} and compute what
 * it computes, on {@link io.fovea.format.onnx.NdArray}s. Files are data from anybody: a damaged or
 * hostile one ends in a {@link io.fovea.format.FormatException}, in bounded time and memory.
 */
@NullMarked
package io.fovea.format.onnx;

import org.jspecify.annotations.NullMarked;
