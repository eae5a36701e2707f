/** The Open Inference Protocol: tensors and pictures, as JSON or as bytes. */
@org.jspecify.annotations.NullMarked
package io.fovea.serve.v2;
