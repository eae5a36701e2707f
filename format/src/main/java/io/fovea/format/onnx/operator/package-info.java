/**
 * ONNX's operators by its specification (onnx.ai/onnx/operators), in plain loops over row-major
 * arrays, one file for each family; and the interpreter that runs a graph of them.
 */
@NullMarked
package io.fovea.format.onnx.operator;

import org.jspecify.annotations.NullMarked;
