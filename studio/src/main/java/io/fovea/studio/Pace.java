package io.fovea.studio;

import org.jspecify.annotations.Nullable;

/**
 * How often a run that trains is looked into. Each look takes a thread from the training, so
 * between two of them passes {@link #REST} times what the quickest has taken: at most 1 % of one
 * thread. The first few come sooner, since the JVM has not compiled them yet, and people look most
 * when a run begins.
 *
 * @param latest what the last look has found
 * @param ended when it ended, in nanoseconds
 * @param quickest what the quickest look has taken, in nanoseconds
 * @param count how many there were
 */
record Pace(Look latest, long ended, long quickest, int count) {
  /** What was found, and when the weights that were looked at had been saved. */
  record Look(long saved, Reply reply) {}

  static final int REST = 100;
  static final int EARLY_REST = 5;
  static final int EARLY = 4;

  /** The pace after one more look. */
  static Pace after(@Nullable Pace before, Look found, long began, long ended) {
    long took = ended - began;
    return before == null
        ? new Pace(found, ended, took, 1)
        : new Pace(found, ended, Math.min(took, before.quickest()), before.count() + 1);
  }

  /** Nanoseconds until the next look may begin; 0 or less where it may now. */
  long left(long now) {
    return quickest * (count < EARLY ? EARLY_REST : REST) - (now - ended);
  }
}
