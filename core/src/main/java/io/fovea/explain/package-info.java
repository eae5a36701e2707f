/**
 * Explanations of a prediction: the values of each layer for one picture, and the positions that
 * support a class.
 */
@org.jspecify.annotations.NullMarked
package io.fovea.explain;
