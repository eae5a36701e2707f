/** ONNX graphs as graphs of core's layers. */
@NullMarked
package io.fovea.format.onnx.lower;

import org.jspecify.annotations.NullMarked;
