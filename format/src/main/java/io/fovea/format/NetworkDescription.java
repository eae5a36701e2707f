package io.fovea.format;

import io.fovea.format.content.FileContent;
import io.fovea.format.content.InputFile;
import io.fovea.format.json.StrictJson;
import io.fovea.format.message.Quotation;
import io.fovea.format.network.NetworkJson;
import io.fovea.format.network.NetworkReader;
import io.fovea.format.tensors.SafeTensors;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A network as JSON: the form in model files and in descriptions that users write (see
 * docs/network-json.md). It is written in full; when it is read, most keys are optional, and the
 * network adapts to the shape and the number of classes of the data.
 *
 * <pre>{"nodes": [{"layer": "flatten"}, {"layer": "dense", "outputs": "classes"}]}</pre>
 *
 * Immutable.
 */
public final class NetworkDescription {
  /** More than any network needs: a larger file is something else. */
  private static final long LONGEST_FILE = 16_000_000;

  private final NetworkReader.Content content;

  private NetworkDescription(NetworkReader.Content content) {
    this.content = content;
  }

  /**
   * Reads a description from a file.
   *
   * @throws FormatException if the file cannot be read, is not JSON, or is no description
   */
  public static NetworkDescription read(Path file) throws FormatException {
    return read(file, CustomLayers.none());
  }

  /**
   * Reads a description, with user-defined layers, from a file.
   *
   * @throws FormatException if the file cannot be read, is not JSON, or is no description
   */
  public static NetworkDescription read(Path file, CustomLayers custom) throws FormatException {
    String name = Quotation.fileName(file);
    try {
      if (Files.isDirectory(file)) {
        throw new FormatException(
            name + ": read: expects a JSON file, got a folder; give the name of a file in it");
      }
      InputFile.requireFile(file, name + ": read");
      long size = Files.size(file);
      if (size > LONGEST_FILE) {
        throw new FormatException(
            "%s: read: a network's description has at most %d bytes, got %d; give a JSON file"
                .formatted(name, LONGEST_FILE, size));
      }
      String text = StrictJson.decode(Files.readAllBytes(file));
      // Some editors of Windows begin UTF-8 files with a byte order mark.
      return parse(name, text.startsWith("\uFEFF") ? text.substring(1) : text, custom);
    } catch (CharacterCodingException invalid) {
      throw new FormatException(
          name
              + ": read: "
              + FileContent.of(file)
                  .unlike(FileContent.JSON)
                  .orElse("expects JSON in UTF-8, got other bytes; save it as UTF-8"),
          invalid);
    } catch (IOException failure) {
      throw FormatException.of(file, "read", failure);
    }
  }

  /**
   * Reads a description from a text.
   *
   * @throws FormatException if it is not JSON, or is no description
   */
  public static NetworkDescription parse(String json) throws FormatException {
    return parse(json, CustomLayers.none());
  }

  /**
   * Reads a description, with user-defined layers, from a text.
   *
   * @throws FormatException if it is not JSON, or is no description
   */
  public static NetworkDescription parse(String json, CustomLayers custom) throws FormatException {
    return parse("network", json, custom);
  }

  /** Reads a description; the place is for messages. */
  static NetworkDescription parse(String place, String json, CustomLayers custom)
      throws FormatException {
    return new NetworkDescription(new NetworkReader(place, custom.factories()).read(json));
  }

  /**
   * The description of a network with its labels and preprocessing.
   *
   * @throws IllegalArgumentException if a custom layer's attributes cannot be written
   */
  public static String json(Network network) {
    return NetworkJson.of(network);
  }

  /**
   * The description of a structure only.
   *
   * @throws IllegalArgumentException if a custom layer's attributes cannot be written
   */
  public static String json(Graph graph) {
    return StrictJson.object(json -> NetworkJson.writeGraph(json, graph));
  }

  /**
   * The description of a structure and of how pixels become its inputs, without labels: the start
   * of training on other classes.
   *
   * @throws IllegalArgumentException if a custom layer's attributes cannot be written
   */
  public static String json(Graph graph, Preprocessing preprocessing) {
    return StrictJson.object(
        json -> {
          NetworkJson.writeGraph(json, graph);
          NetworkJson.writePreprocessing(json, preprocessing);
        });
  }

  /**
   * The description in a model file or a checkpoint, without its weights. Files that other programs
   * wrote have none.
   *
   * @throws FormatException if the file cannot be read, is damaged, or is no safetensors file
   */
  public static Optional<NetworkDescription> ofModel(Path file) throws FormatException {
    try (SafeTensors open = SafeTensors.open(file)) {
      String json = open.metadata().get(Models.NETWORK);
      if (json == null) {
        return Optional.empty();
      }
      String place = open.place() + ": " + Models.NETWORK;
      return Optional.of(parse(place, json, CustomLayers.none()));
    }
  }

  /** The shape of one image, if the description requires one. */
  public Optional<Shape> input() {
    return content.input();
  }

  /** The names of the classes, if the description has them. */
  public Optional<List<String>> labels() {
    return content.labels();
  }

  /** How pixels become inputs, if the description says so. */
  public Optional<Preprocessing> preprocessing() {
    return content.preprocessing();
  }

  /**
   * The network's structure for the data.
   *
   * @param data the shape of one image
   * @param classes the value of "classes"
   * @throws FormatException if the description demands another shape, the layers do not fit
   *     together, or labels and outputs differ in number
   */
  public Graph graph(Shape data, int classes) throws FormatException {
    if (content.input().isPresent() && !content.input().get().equals(data)) {
      throw new FormatException(
          "%s: \"input\" is %s, but the data have %s; leave \"input\" out so that the network adapts, or resize the images"
              .formatted(content.file(), content.input().get(), data));
    }
    List<Graph.Node> placed =
        content.nodes().stream()
            .map(node -> new Graph.Node(node.name(), node.layer().apply(classes), node.inputs()))
            .toList();
    Graph graph;
    try {
      graph = Graph.of(data, placed);
    } catch (IllegalArgumentException misfit) {
      throw new FormatException(
          content.file() + ": " + Quotation.plain(String.valueOf(misfit.getMessage())), misfit);
    }
    int outputs = graph.output().elements();
    if (content.labels().isPresent() && content.labels().get().size() != outputs) {
      throw new FormatException(
          "%s: has %d \"labels\", but the last layer has %d outputs; make them the same number"
              .formatted(content.file(), content.labels().get().size(), outputs));
    }
    return graph;
  }
}
