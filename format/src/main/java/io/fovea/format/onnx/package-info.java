/**
 * ONNX models (onnx.ai): {@link io.fovea.format.onnx.Onnx} reads and writes networks, {@link
 * io.fovea.format.onnx.OnnxModel} runs any supported file on {@link io.fovea.format.onnx.NdArray}s.
 * Files are untrusted data: a damaged or hostile one ends in a {@link
 * io.fovea.format.FormatException}, in bounded time and memory.
 */
@NullMarked
package io.fovea.format.onnx;

import org.jspecify.annotations.NullMarked;
