/** Lowers ONNX graphs to graphs of core's layers (docs/decisions/0012). */
@NullMarked
package io.fovea.format.onnx.lower;

import org.jspecify.annotations.NullMarked;
