package io.fovea.train;

import io.fovea.network.Weights;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run needs to go on bit for bit: a value, which {@code fovea-format} writes. Randomness
 * is keyed by seed and step, so no generator's state is part of it. The learning rate's course, the
 * best epoch and early stopping follow from the history. It lies between two updates, so there is
 * no half of an accumulated one.
 *
 * @param weights the parameters after {@code position.step()} updates
 * @param optimizer the optimiser's name, which must be the same on resuming
 * @param slots what the optimiser remembers: parameter and slot joined by a slash
 *     (conv1.weight/velocity), in logical order
 * @param position how far the run has come
 * @param seed the run's seed
 * @param data a fingerprint of the training images and labels
 * @param kernels the kernel set and its lanes, on which rounding depends
 * @param history the epochs already done
 * @param settings all other settings that a resumed run must share, by name
 * @param average the averaged weights, where the run averages
 * @param best the weights of the best epoch so far, where the run keeps them
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

  /** Without the last three: what versions before them wrote. */
  public Checkpoint(
      Weights weights,
      String optimizer,
      Map<String, float[]> slots,
      Position position,
      long seed,
      String data,
      String kernels,
      List<EpochReport> history) {
    this(
        weights,
        optimizer,
        slots,
        position,
        seed,
        data,
        kernels,
        history,
        Map.of(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * A place between two steps.
   *
   * @param step updates done
   * @param epoch the present epoch, from 1
   * @param stepInEpoch updates done in it
   * @param lossSum the sum over its images of their batches' mean loss
   * @param correct its images answered rightly, each before its update
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
