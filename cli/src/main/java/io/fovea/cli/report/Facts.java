package io.fovea.cli.report;

import io.fovea.dataset.Dataset;
import io.fovea.layer.KernelSet;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.train.EpochReport;
import java.util.List;
import java.util.Optional;

/**
 * All that a report tells of. Parts that a run does not have are left empty, and their sections are
 * left out.
 *
 * @param title the heading, such as "two-layer-cnn on mnist"
 * @param summary one sentence below it; may be empty
 * @param settings what was asked for, in the order to be shown
 * @param network the network, after training; its labels name the classes
 * @param kernels the kernels it runs on, for the table of layers
 * @param trainingImages images of one epoch, for the speed; 0 where it was not trained
 * @param steps its training steps, all or some of them
 * @param epochs its finished epochs
 * @param test what it made of images it was not trained on
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
   * @param isUsual whether it is the default, which readers need not see at once
   */
  public record Setting(String name, String value, boolean isUsual) {
    /** One that somebody has chosen. */
    public Setting(String name, String value) {
      this(name, value, false);
    }
  }

  /**
   * An evaluation and its images.
   *
   * @param evaluation what the network made of them
   * @param images the evaluated images themselves, to show the mistakes
   */
  public record Test(Evaluation evaluation, Dataset images) {}

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the evaluation counts other classes than the network has
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
