/** The ONNX project's conformance cases, run by Fovea's interpreter. */
@NullMarked
package io.fovea.bench.onnx;

import org.jspecify.annotations.NullMarked;
