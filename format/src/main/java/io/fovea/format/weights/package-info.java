/** Which tensor of a file is which weight of a network, by names and shapes. */
@org.jspecify.annotations.NullMarked
package io.fovea.format.weights;
