package io.fovea.parallel;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Temporary floats for kernels, kept from call to call so that a training step allocates nothing. A
 * slot belongs to one worker, or is shared by all ({@link #shared}); its contents are undefined at
 * the start of each kernel call.
 */
public final class Scratch {
  private static final float[] NONE = {};

  private static final int SLOTS = 12;

  /**
   * The slot for gradients that have passed a ReLU, of a worker or shared; kernels do not use it
   * otherwise.
   */
  public static final int GATED = SLOTS - 1;

  /**
   * The slot of a worker for maps that are pooled in the same pass, or their gradients; kernels do
   * not use it otherwise.
   */
  public static final int MAPS = SLOTS - 2;

  /**
   * The slot of a worker for a pooled gradient that has passed a ReLU; kernels do not use it
   * otherwise.
   */
  public static final int POOLED = SLOTS - 3;

  /** The slot of a worker for inputs of an activation; kernels do not use it otherwise. */
  public static final int VALUES = SLOTS - 4;

  private final float[][] slots;
  private final float[][] shared = new float[SLOTS][];

  public Scratch(int workers) {
    slots = new float[workers * SLOTS][];
    Arrays.fill(slots, NONE);
    Arrays.fill(shared, NONE);
  }

  /** At least {@code length} floats of one worker; called by that worker only. */
  public float[] of(int worker, int slot, int length) {
    int index = worker * SLOTS + slot;
    if (slots[index].length < length) {
      slots[index] = new float[length];
    }
    return slots[index];
  }

  /** The floats of all slots. */
  public long floats() {
    return Stream.concat(Arrays.stream(slots), Arrays.stream(shared))
        .mapToLong(slot -> slot.length)
        .sum();
  }

  /** At least {@code length} floats for all workers; called before the parallel loop. */
  public float[] shared(int slot, int length) {
    if (shared[slot].length < length) {
      shared[slot] = new float[length];
    }
    return shared[slot];
  }
}
