package io.fovea.cli.report;

import io.fovea.dataset.Dataset;
import io.fovea.layer.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.train.EpochReport;
import java.util.List;
import java.util.Optional;

/**
 * The content of a report. Sections of empty parts are left out.
 *
 * @param title the heading, such as "two-layer-cnn on mnist"
 * @param summary one sentence below it; may be empty
 * @param settings the run's settings, in the order of the page
 * @param network the network, after training; its labels name the classes
 * @param kernels its kernels, for the table of layers
 * @param trainingImages images of one epoch, for the speed; 0 without training
 * @param steps its training steps, all or some of them
 * @param epochs its finished epochs
 * @param test the evaluation on images it was not trained on
 */
public record Facts(
    String title,
    String summary,
    List<Setting> settings,
    Network network,
    KernelSet kernels,
    int trainingImages,
    List<StepPoint> steps,
    List<EpochReport> epochs,
    Optional<Test> test) {

  /**
   * One setting of the run.
   *
   * @param name such as "batch"
   * @param value such as "64"
   * @param isUsual whether it is the default, which the page folds away
   */
  public record Setting(String name, String value, boolean isUsual) {
    /** A setting that was given. */
    public Setting(String name, String value) {
      this(name, value, false);
    }
  }

  /**
   * An evaluation and its images.
   *
   * @param evaluation the network's results for them
   * @param images the evaluated images, to show the mistakes
   */
  public record Test(Evaluation evaluation, Dataset images) {}

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the evaluation has another number of classes than the
   *     network
   */
  public Facts {
    settings = List.copyOf(settings);
    steps = List.copyOf(steps);
    epochs = List.copyOf(epochs);
    int classes = network.labels().size();
    test.ifPresent(
        t -> {
          int counted = t.evaluation().confusion().classes();
          if (counted != classes) {
            throw new IllegalArgumentException(
                "report: the network has %d classes, the evaluation %d; evaluate this network"
                    .formatted(classes, counted));
          }
        });
  }
}
