package io.fovea.format;

import static io.fovea.network.ConvOption.noBias;
import static io.fovea.network.ConvOption.padding;

import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.train.Checkpoint;
import io.fovea.train.EpochReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small networks and runs for tests. */
public final class ExampleRuns {
  private ExampleRuns() {}

  /** A graph with a residual sum, a joined branch and every built-in kind of layer. */
  public static Network network() {
    Graph graph =
        Network.input(2, 8, 6)
            .conv2d(4, 3, padding(1), noBias())
            .batchNorm2d()
            .relu()
            .conv2d(4, 3, padding(1))
            .add("relu1")
            .maxPool2d(2)
            .as("half")
            .conv2d(2, 1)
            .as("narrow")
            .from("half")
            .avgPool2d(1)
            .concat("narrow")
            .as("joined")
            .globalAvgPool2d()
            .from("joined")
            .flatten()
            .concat("pool3")
            .dense(5)
            .dropout(0.25)
            .dense(3)
            .graph();
    Network network = Network.of(graph, Initializer.he(), 7);
    Map<String, float[]> values = new LinkedHashMap<>();
    network.weights().names().forEach(name -> values.put(name, network.weights().values(name)));
    values.put("bn1.running_mean", new float[] {0.1f, -2, 1e-20f, 3});
    values.put("bn1.running_var", new float[] {0.5f, 1e-9f, 7, 1});
    values.put("bn1.num_batches_tracked", new float[] {16_777_215});
    network.publish(
        Weights.of(graph, values),
        new Preprocessing(
            List.of(0.1307, 1e-17), List.of(0.3081, 0.1 + 0.2), Preprocessing.Background.DARK),
        List.of("cat", "dog \"x\"", "\u9ce5"));
    return network;
  }

  /** A checkpoint of that network whose numbers are hard to write. */
  public static Checkpoint checkpoint() {
    Network network = network();
    Map<String, float[]> slots = new LinkedHashMap<>();
    for (Graph.Weight weight : network.graph().weights()) {
      if (!weight.parameter().role().isTrained()) {
        continue;
      }
      float[] values = network.weights().values(weight.name());
      for (int i = 0; i < values.length; i++) {
        values[i] = values[i] / 3;
      }
      slots.put(weight.name() + "/velocity", values);
    }
    return new Checkpoint(
        network.weights(),
        "sgd",
        slots,
        new Checkpoint.Position(1234, 2, 34, 0.1 + 0.2, 17, 32, Math.PI),
        Long.MIN_VALUE + 1,
        "12 images of 2x8x6, crc32c 00c0ffee",
        "vector 16",
        List.of(
            new EpochReport(
                1,
                1200,
                1 / 3.0,
                Double.MIN_VALUE,
                Optional.of(new EpochReport.Score(Double.NaN, 0.1)),
                Optional.empty(),
                -0.0),
            new EpochReport(
                2,
                2400,
                Double.POSITIVE_INFINITY,
                Math.nextUp(0.5),
                Optional.empty(),
                Optional.of(new EpochReport.Score(1e-300, Double.MAX_VALUE)),
                12.5)),
        Map.of("loss", "mean squared error", "schedule", "\"quoted\", \u9ce5"),
        Optional.of(network.weights()),
        Optional.of(network.weights()));
  }
}
