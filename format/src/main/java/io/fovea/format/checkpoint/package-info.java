/** What a checkpoint has besides its model: the run as JSON, and tensors. */
@org.jspecify.annotations.NullMarked
package io.fovea.format.checkpoint;
