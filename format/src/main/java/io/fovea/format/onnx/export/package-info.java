/** Exports networks as ONNX graphs. */
@NullMarked
package io.fovea.format.onnx.export;

import org.jspecify.annotations.NullMarked;
