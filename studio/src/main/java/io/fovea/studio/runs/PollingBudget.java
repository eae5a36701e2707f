package io.fovea.studio.runs;

import io.fovea.studio.web.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Limits how often the studio inspects a run that trains. Each inspection takes a thread from the
 * training, so the time between two of them is {@link #REST} times the duration of the quickest: at
 * most 1 % of one thread. The first few may follow sooner, since the JVM has not compiled the code
 * yet, and users watch most at the beginning.
 *
 * @param latest the result of the last inspection
 * @param ended when it ended, in nanoseconds
 * @param quickest the duration of the quickest inspection, in nanoseconds
 * @param count the number of inspections
 */
record PollingBudget(Look latest, long ended, long quickest, int count) {
  /** A result, and when the inspected weights had been saved. */
  record Look(long saved, Reply reply) {}

  static final int REST = 100;
  static final int EARLY_REST = 5;
  static final int EARLY = 4;

  static PollingBudget after(@Nullable PollingBudget before, Look found, long began, long ended) {
    long took = ended - began;
    return before == null
        ? new PollingBudget(found, ended, took, 1)
        : new PollingBudget(found, ended, Math.min(took, before.quickest()), before.count() + 1);
  }

  /** Nanoseconds until the next inspection may begin; 0 or less where it may begin now. */
  long left(long now) {
    return quickest * (count < EARLY ? EARLY_REST : REST) - (now - ended);
  }
}
