package io.fovea.train;

import io.fovea.kernel.KernelSet;
import io.fovea.network.RefusedException;
import io.fovea.network.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state that a run needs to continue bit for bit: a value, which {@code fovea-format} writes.
 * Randomness is keyed by seed and step, so no generator's state is part of it. The learning rate,
 * the best epoch and early stopping follow from the history. A checkpoint is made between two
 * updates, so there are no partly accumulated gradients in it.
 *
 * @param weights the parameters after {@code position.step()} updates
 * @param optimizer the optimiser's name, which must be the same on resuming
 * @param slots the optimiser's state: parameter and slot joined by a slash (conv1.weight/velocity),
 *     in logical order
 * @param position how far the run has come
 * @param seed the run's seed
 * @param data a fingerprint of the training images and labels
 * @param kernels the kernel set and the bit version ({@link #bits}), on which rounding depends
 * @param history the finished epochs
 * @param settings all other settings that a resumed run must share, by name
 * @param average the averaged weights, if the run averages
 * @param best the weights of the best epoch so far, if the run keeps them
 */
public record Checkpoint(
    Weights weights,
    String optimizer,
    Map<String, float[]> slots,
    Position position,
    long seed,
    String data,
    String kernels,
    List<EpochReport> history,
    Map<String, String> settings,
    Optional<Weights> average,
    Optional<Weights> best) {

  /**
   * The version of the bits that this Fovea computes: raised whenever the same seed, data and
   * settings give another result. 3: large JPEG files are reduced while they are decoded, and
   * pictures are resized by rows first; 2: equal on every processor; 1: they depended on the vector
   * width.
   */
  public static final int BITS = 3;

  /** What a run records of its kernels, such as {@code vector, bits 3}. */
  public static String kernels(KernelSet set) {
    return set.title() + ", bits " + BITS;
  }

  /** The bit version of the run; 1 for kernels with their width alone, such as {@code vector 8}. */
  public int bits() {
    String version = kernels.replaceFirst(".*, bits ", "");
    return version.matches("[1-9]\\d{0,8}") ? Integer.parseInt(version) : 1;
  }

  /**
   * Checks that this Fovea computes the bits of the run.
   *
   * @param operation what needs equal bits, for the message
   * @throws RefusedException if the run is of another bit version
   */
  public void requireBits(String operation) {
    if (bits() != BITS) {
      throw new RefusedException(
          operation,
          "the run has bit version %d, this Fovea computes bit version %d, so the last digits would differ"
              .formatted(bits(), BITS),
          "only the Fovea that made the run can resume or verify it, but its model predicts as before, and another training can begin with its weights");
    }
  }

  /**
   * A position between two steps.
   *
   * @param step updates done
   * @param epoch the present epoch, from 1
   * @param stepInEpoch updates done in it
   * @param lossSum the sum over its images of their batches' mean loss
   * @param correct its images classified correctly, each before its update
   * @param images its images seen
   * @param seconds time spent in it
   */
  public record Position(
      long step,
      int epoch,
      int stepInEpoch,
      double lossSum,
      long correct,
      long images,
      double seconds) {
    /** The beginning of a run. */
    public static Position start() {
      return new Position(0, 1, 0, 0, 0, 0, 0);
    }
  }
}
