package io.fovea.cli.report;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.network.Network;
import io.fovea.train.EpochReport;
import io.fovea.transfer.Candidate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A run, as its report shows it. Sections of empty parts are left out.
 *
 * @param title the heading, such as "two-layer-cnn on mnist"
 * @param summary one sentence below it; may be empty
 * @param settings the run's settings, in the order of the page
 * @param network the network, after training; its labels name the classes
 * @param kernels its kernels, for the table of layers
 * @param trainingImages images of one epoch, for the speed; 0 without training
 * @param steps its training steps, all or some of them
 * @param test the evaluation on images it was not trained on
 * @param provenance where it is from; empty leaves out how to use the model
 * @param candidates what was chosen among, with the reasons; empty for other runs
 */
public record ReportData(
    String title,
    String summary,
    List<Setting> settings,
    Network network,
    KernelSet kernels,
    int trainingImages,
    List<StepPoint> steps,
    List<EpochReport> epochs,
    Optional<Test> test,
    Optional<Provenance> provenance,
    List<Candidate> candidates) {

  /**
   * One setting of the run.
   *
   * @param name such as "batch"
   * @param isUsual whether it is the default, which the page folds away
   */
  public record Setting(String name, String value, boolean isUsual) {
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
   * Where a run is from.
   *
   * @param run the run's folder
   * @param finished date and time; may be empty
   * @param program the program's version, Java and the machine
   * @param command the command that repeats the run
   */
  public record Provenance(Path run, String finished, String program, String command) {}

  /** A pair of confused classes: {@code count} images of one that were predicted as the other. */
  public record Confused(int label, int predicted, long count) {}

  /** The pairs of classes that are confused, the most frequent first. */
  public static List<Confused> confused(ConfusionMatrix matrix) {
    List<Confused> pairs = new ArrayList<>();
    for (int label = 0; label < matrix.classes(); label++) {
      for (int predicted = 0; predicted < matrix.classes(); predicted++) {
        long count = matrix.count(label, predicted);
        if (label != predicted && count > 0) {
          pairs.add(new Confused(label, predicted, count));
        }
      }
    }
    pairs.sort(Comparator.comparingLong(Confused::count).reversed());
    return pairs;
  }

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the evaluation has another number of classes than the
   *     network
   */
  public ReportData {
    settings = List.copyOf(settings);
    steps = List.copyOf(steps);
    epochs = List.copyOf(epochs);
    candidates = List.copyOf(candidates);
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
