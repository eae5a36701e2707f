/** Randomness by key, so that order and threads do not matter. */
@org.jspecify.annotations.NullMarked
package io.fovea.random;
