/** Losses: their value and the first gradient of the backward pass. */
@org.jspecify.annotations.NullMarked
package io.fovea.loss;
