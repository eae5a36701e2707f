package io.fovea.kernel.op;

import io.fovea.kernel.geometry.Pool2dGeometry;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How large the slots of a {@code Scratch} become, computed without running kernels: the largest
 * length that any call needs.
 */
public final class ScratchSizes {
  /** What a kernel computes. */
  public enum Pass {
    FORWARD,
    INPUT_GRADIENT,
    WEIGHT_GRADIENT
  }

  /**
   * One call of a kernel.
   *
   * @param images of the batch
   * @param pooling the max pooling that is fused into it; null for none
   * @param gated whether the gradient passes a fused ReLU
   * @param withInput whether the gradients of weights and input are computed together
   */
  public record Call(
      int images, @Nullable Pool2dGeometry pooling, boolean gated, boolean withInput) {}

  private final int threads;
  private final boolean keeps;
  private final Map<Integer, Long> own = new TreeMap<>();
  private final Map<Integer, Long> shared = new TreeMap<>();

  /**
   * Slots of no length.
   *
   * @param keeps whether values that are derived from weights are kept outside of the scratch
   */
  public ScratchSizes(int threads, boolean keeps) {
    this.threads = threads;
    this.keeps = keeps;
  }

  public int threads() {
    return threads;
  }

  /** Whether values that are derived from weights are kept outside of the scratch. */
  public boolean keeps() {
    return keeps;
  }

  /** A call of {@code Scratch.of}, by any worker. */
  public void own(int slot, long length) {
    own.merge(slot, length, Math::max);
  }

  public void shared(int slot, long length) {
    shared.merge(slot, length, Math::max);
  }

  public long floats() {
    return sum(shared) + threads * sum(own);
  }

  private static long sum(Map<Integer, Long> slots) {
    return slots.values().stream().mapToLong(length -> length).sum();
  }
}
