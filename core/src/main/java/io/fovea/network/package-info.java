/** Models: structure, weights, preprocessing, and the builder and zoo that make them. */
@org.jspecify.annotations.NullMarked
package io.fovea.network;
