package io.fovea.kernel;

import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import org.jspecify.annotations.Nullable;

/**
 * What a kernel may use while it runs.
 *
 * @param workers the threads
 * @param scratch temporary floats, one workspace's own
 * @param derived where to keep what is computed from the weights; none where these may change
 */
public record Resources(
    Workers workers, Scratch scratch, @Nullable TransformedWeightCache derived) {
  /** For weights that may change. */
  public Resources(Workers workers, Scratch scratch) {
    this(workers, scratch, null);
  }
}
