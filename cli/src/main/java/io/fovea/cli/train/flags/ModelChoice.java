package io.fovea.cli.train.flags;

import io.fovea.cli.run.StoredModel;
import io.fovea.cli.screen.Failure;
import io.fovea.cli.screen.UsageException;
import io.fovea.format.NetworkDescription;
import io.fovea.network.Graph;
import io.fovea.network.Zoo;
import io.fovea.network.ZooModel;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.transfer.Backbone;
import io.fovea.transfer.OutputLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The choice of {@code --model}: a built-in network, a description in a JSON file, or the structure
 * and the preprocessing of a trained model, without its weights.
 */
public final class ModelChoice {
  private final String name;
  private final Structure structure;

  private sealed interface Structure {
    record BuiltIn(ZooModel zoo) implements Structure {}

    record Described(NetworkDescription description) implements Structure {}

    record Pretrained(Backbone backbone) implements Structure {}

    record Trained(Graph graph, Optional<Preprocessing> preprocessing) implements Structure {}
  }

  private ModelChoice(String name, Structure structure) {
    this.name = name;
    this.structure = structure;
  }

  /** Reads the choice; an unknown name is refused before any data is downloaded. */
  public static ModelChoice of(String model) throws IOException {
    if (isDescription(model)) {
      if (!Files.isRegularFile(Path.of(model))) {
        throw new Failure(
            "--model: there is no file %s; give a description as in docs/network-json.md"
                .formatted(model));
      }
      return new ModelChoice(
          model, new Structure.Described(NetworkDescription.read(Path.of(model))));
    }
    if (isFile(model)) {
      return trained(model);
    }
    return new ModelChoice(model, new Structure.BuiltIn(known(model)));
  }

  public static ModelChoice of(String model, Backbone backbone) {
    return new ModelChoice(model, new Structure.Pretrained(backbone));
  }

  private static ModelChoice trained(String model) throws IOException {
    StoredModel stored = StoredModel.open("--model", Path.of(model));
    Graph graph =
        stored
            .graph()
            .orElseThrow(
                () ->
                    new Failure(
                        "--model: %s has only weights; give the network's name or a description, and --init-from %s"
                            .formatted(model, model)));
    return new ModelChoice(model, new Structure.Trained(graph, stored.preprocessing()));
  }

  public static boolean isDescription(String model) {
    return model.toLowerCase(Locale.ROOT).endsWith(".json");
  }

  /** Whether it is a trained model, whether or not its file is here. */
  public static boolean isTrained(String model) {
    return !isDescription(model) && !Zoo.titles().contains(model.replaceFirst(":.*", ""));
  }

  public static boolean isFile(String model) {
    if (isDescription(model) || StoredModel.isNamed(model)) {
      return true;
    }
    try {
      return isTrained(model) && Files.exists(Path.of(model));
    } catch (InvalidPathException noPath) {
      return false;
    }
  }

  public static ZooModel known(String name) {
    try {
      return ZooModel.named(name);
    } catch (IllegalArgumentException unknown) {
      throw new UsageException(String.valueOf(unknown.getMessage()));
    }
  }

  public String name() {
    return name;
  }

  /** Whether it is a trained model; its weights are not used. */
  public boolean isTrained() {
    return structure instanceof Structure.Trained;
  }

  public Optional<Shape> input() {
    return switch (structure) {
      case Structure.BuiltIn _, Structure.Pretrained _ -> Optional.empty();
      case Structure.Described described -> described.description().input();
      case Structure.Trained trained -> Optional.of(trained.graph().input());
    };
  }

  /** How pixels become inputs, if the description or the trained model states it. */
  public Optional<Preprocessing> preprocessing() {
    return switch (structure) {
      case Structure.BuiltIn _, Structure.Pretrained _ -> Optional.empty();
      case Structure.Described described -> described.description().preprocessing();
      case Structure.Trained trained -> trained.preprocessing();
    };
  }

  /** The names of the classes, if a description has them. */
  public Optional<List<String>> labels() {
    return structure instanceof Structure.Described described
        ? described.description().labels()
        : Optional.empty();
  }

  public Optional<Backbone> backbone() {
    return structure instanceof Structure.Pretrained known
        ? Optional.of(known.backbone())
        : Optional.empty();
  }

  public Graph graph(Shape input, int classes) throws IOException {
    return switch (structure) {
      case Structure.BuiltIn known -> known.zoo().graph(input, classes);
      case Structure.Pretrained known -> known.backbone().graph(input, classes);
      case Structure.Described described -> {
        Graph graph = described.description().graph(input, classes);
        yield labels().isPresent() ? graph : adapted(graph, input, classes);
      }
      case Structure.Trained trained -> adapted(trained.graph(), input, classes);
    };
  }

  /** Whether this structure was changed to the data's classes. */
  public boolean isAdapted(Graph graph) throws IOException {
    return switch (structure) {
      case Structure.BuiltIn _, Structure.Pretrained _ -> false;
      case Structure.Described described ->
          described
                  .description()
                  .graph(graph.input(), graph.output().elements())
                  .output()
                  .elements()
              != graph.output().elements();
      case Structure.Trained trained ->
          trained.graph().output().elements() != graph.output().elements();
    };
  }

  /** The structure for these images, with one output for each class. */
  private Graph adapted(Graph graph, Shape input, int classes) {
    int outputs = graph.output().elements();
    List<Graph.Node> nodes = graph.nodes();
    if (outputs != classes) {
      Graph.Node output =
          OutputLayer.of(graph)
              .orElseThrow(
                  () ->
                      new Failure(
                          "--model: %s has %d outputs, the data %d classes, and its last layer with weights is not a dense layer or convolution that can be resized; give a description as FILE.json"
                              .formatted(name, outputs, classes)));
      nodes = OutputLayer.resized(graph, output, classes);
    } else if (input.equals(graph.input())) {
      return graph;
    }
    try {
      return Graph.of(input, nodes);
    } catch (IllegalArgumentException misfit) {
      throw new Failure(
          "--model: %s expects images of %s and cannot be changed to %s (%s); leave --image-size and --grayscale out"
              .formatted(name, graph.input(), input, misfit.getMessage()),
          misfit);
    }
  }
}
