/** Values of ONNX graphs: typed arrays of any rank, and what a graph says of its values. */
@NullMarked
package io.fovea.format.onnx.value;

import org.jspecify.annotations.NullMarked;
