package io.fovea.kernel;

import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;

/**
 * What a kernel may use while it runs.
 *
 * @param workers the threads
 * @param scratch temporary floats, one workspace's own
 */
public record Resources(Workers workers, Scratch scratch) {}
