/** The training loop, its listeners, metrics and checkpoints. */
@org.jspecify.annotations.NullMarked
package io.fovea.train;
