/**
 * ONNX's operators as its specification has them (onnx.ai/onnx/operators), in plain loops over
 * row-major arrays, a family a file; and the interpreter that runs a graph of them.
 */
@NullMarked
package io.fovea.format.onnx.operator;

import org.jspecify.annotations.NullMarked;
