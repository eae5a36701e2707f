package io.fovea.cli.report;

import static io.fovea.network.ConvOption.padding;

import io.fovea.dataset.Dataset;
import io.fovea.kernel.KernelSet;
import io.fovea.metrics.Calibration;
import io.fovea.metrics.ConfusionMatrix;
import io.fovea.metrics.Evaluation;
import io.fovea.metrics.Evaluation.Mistake;
import io.fovea.metrics.Ranks;
import io.fovea.metrics.RocAuc;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.train.EpochReport;
import io.fovea.train.EpochReport.Score;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Made-up runs, and what is needed to look at their pages. */
final class Runs {
  private Runs() {}

  /** Images of one brightness each, with the given classes in turn. */
  record Plain(Shape shape, List<String> classes, int size) implements Dataset {
    @Override
    public String name() {
      return "plain";
    }

    @Override
    public int label(int index) {
      return index % classes.size();
    }

    @Override
    public void pixels(int index, float[] destination, int offset) {
      Arrays.fill(destination, offset, offset + shape.elements(), index);
    }
  }

  /** A small convolutional network that knows these classes. */
  static Network network(Shape input, List<String> labels) {
    Network network =
        Network.input(input.size(0), input.size(1), input.size(2))
            .conv2d(4, 3, padding(1))
            .relu()
            .flatten()
            .dense(labels.size())
            .build(Initializer.he(), 7);
    Preprocessing unit = Preprocessing.unit(input.size(0), Preprocessing.Background.MIXED);
    network.publish(network.weights(), unit, labels);
    return network;
  }

  static List<StepPoint> steps(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(s -> new StepPoint(s, 2.0 / s, 1 - 1.0 / s))
        .toList();
  }

  static List<EpochReport> epochs(int count) {
    List<EpochReport> epochs = new ArrayList<>();
    for (int e = 1; e <= count; e++) {
      epochs.add(
          new EpochReport(
              e,
              10L * e,
              1.0 / e,
              1 - 0.5 / e,
              Optional.of(new Score(1.1 / e, 1 - 0.55 / e)),
              Optional.of(new Score(1.2 / e, 1 - 0.6 / e)),
              2.5));
    }
    return epochs;
  }

  /**
   * 79 of 80 right; the last is a 1 taken for a 0.
   *
   * @param labels at least two
   */
  static ReportData.Test test(Shape shape, List<String> labels) {
    int classes = labels.size();
    ConfusionMatrix confusion = new ConfusionMatrix(classes);
    Ranks ranks = new Ranks(classes);
    Calibration calibration = new Calibration();
    for (int i = 0; i < 80; i++) {
      int label = i == 79 ? 1 : i % 2;
      int predicted = i == 79 ? 0 : label;
      double[] p = new double[classes];
      p[predicted] = 0.98765;
      confusion.add(label, predicted);
      ranks.add(p, label);
      calibration.add(p[predicted], predicted == label);
    }
    List<Mistake> mistakes = List.of(new Mistake(5, 1, 0, 0.98765, 4.5));
    List<OptionalDouble> areas =
        new ArrayList<>(Collections.nCopies(classes, OptionalDouble.empty()));
    areas.set(0, OptionalDouble.of(0.97656));
    areas.set(1, OptionalDouble.of(0.99996));
    return new ReportData.Test(
        new Evaluation(
            0.0389, confusion, mistakes, ranks, calibration, new RocAuc(areas), Optional.empty()),
        new Plain(shape, labels, 80));
  }

  static ReportData full(Shape shape, List<String> labels) {
    return new ReportData(
        "small on plain",
        "A made-up run.",
        List.of(new ReportData.Setting("batch", "64")),
        network(shape, labels),
        KernelSet.REFERENCE,
        60_000,
        steps(500),
        epochs(3),
        Optional.of(test(shape, labels)),
        Optional.empty(),
        List.of());
  }

  /** The page as a tree; fails where it is not well-formed. */
  static Document parse(String html) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
  }

  static List<String> texts(Document page, String tag) {
    var nodes = page.getElementsByTagName(tag);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }
}
