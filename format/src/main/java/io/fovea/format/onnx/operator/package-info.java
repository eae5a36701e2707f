/**
 * ONNX's operators as its specification has them (onnx.ai/onnx/operators), in plain loops over
 * row-major arrays, a family a file; and the interpreter that runs a graph of them.
 *
 * <p>The {@code Interpreter} is what a model means: every version of an operator, floats summed in
 * double or by fused multiply-adds, work split by shapes alone. An {@code Operator} is a small
 * function of an {@code OperatorContext}: node, opset, inputs. A file may come from anybody:
 * nothing is allocated because the file claims to need it, a result has at most 2^28 elements, and
 * a graph that cannot be computed is refused with all its unsupported nodes at once.
 */
@NullMarked
package io.fovea.format.onnx.operator;

import org.jspecify.annotations.NullMarked;
