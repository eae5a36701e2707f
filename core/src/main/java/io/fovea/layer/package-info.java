/** Layers: immutable records of attributes, each with its forward and its backward pass. */
@org.jspecify.annotations.NullMarked
package io.fovea.layer;
