/** Files of safetensors, checked when they are opened; values are read when asked for. */
@org.jspecify.annotations.NullMarked
package io.fovea.format.tensors;
