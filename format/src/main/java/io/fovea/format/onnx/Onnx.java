package io.fovea.format.onnx;

import io.fovea.dataset.Framing;
import io.fovea.format.FormatException;
import io.fovea.format.ModelMetadata;
import io.fovea.format.message.Quotation;
import io.fovea.format.onnx.export.NetworkExport;
import io.fovea.format.onnx.graph.OnnxGraph;
import io.fovea.format.onnx.graph.OnnxReader;
import io.fovea.format.onnx.graph.OnnxWriter;
import io.fovea.format.onnx.lower.Lowering;
import io.fovea.format.onnx.lower.Lowering.Lowered;
import io.fovea.format.weights.FiniteWeights;
import io.fovea.format.weights.StoredAnswers;
import io.fovea.network.AnswerRule;
import io.fovea.network.Graph;
import io.fovea.network.Network;
import io.fovea.network.RefusedException;
import io.fovea.preprocessing.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads and writes networks as ONNX files (onnx.ai); docs/onnx.md lists the operators.
 *
 * <p>Files are read as networks of core's layers, which run on the fast kernels and can be trained;
 * other files can be run by {@link OnnxModel}.
 *
 * <p>Files are written with opset {@value NetworkExport#OPSET}: input "input" (N, C, H, W) with N
 * open, output "output", the nodes and weights under the network's names, labels and preprocessing
 * as {@link io.fovea.format.ModelMetadata} in the file's metadata. The same model gives the same
 * bytes.
 */
public final class Onnx {
  private static final System.Logger LOG = System.getLogger(Onnx.class.getName());

  private Onnx() {}

  /**
   * Writes a network with logits as output, atomically: see {@link io.fovea.file.AtomicFile}.
   *
   * @throws FormatException if it cannot be written; the previous file, if any, is untouched
   * @throws IllegalArgumentException if a layer is one of your own; the message names it
   */
  public static void write(Network network, Path file) throws FormatException {
    write(network, false, file);
  }

  /**
   * The same with a softmax at its end, or a sigmoid where classes do not exclude each other, so
   * that the outputs are probabilities.
   *
   * @throws FormatException if it cannot be written; the previous file, if any, is untouched
   * @throws IllegalArgumentException if a layer is one of your own; the message names it
   */
  public static void writeWithSoftmax(Network network, Path file) throws FormatException {
    write(network, true, file);
  }

  private static void write(Network network, boolean probabilities, Path file)
      throws FormatException {
    Network model = network.copy(); // consistent weights, labels and preprocessing
    Map<String, String> metadata = ModelMetadata.of(model);
    OnnxWriter.write(NetworkExport.graph(model, metadata, probabilities), file);
  }

  /**
   * The result of reading a file.
   *
   * @param network the network, with the labels of the file's metadata, else the numbers from 0;
   *     with the preprocessing of the reading, else of the file's metadata, else pixel/255; and
   *     with the metadata's rule for answers, if there is one, else with one for several labels if
   *     the file ends in their sigmoids
   * @param notes notes on parts of the file that the network leaves out, a sentence each
   * @param statesPreprocessing whether the reading or the file states the preprocessing. Files of
   *     other programs do not; where this is false, pixel/255 is assumed, and a network that was
   *     trained with another preprocessing gives wrong predictions
   */
  public record Imported(Network network, List<String> notes, boolean statesPreprocessing) {
    public Imported {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Reads a file as a network, optimised: see {@link OnnxReading}. Logs a warning if the file, as
   * those of other programs, states no preprocessing, because pixel/255 is then assumed.
   *
   * @throws FormatException if it cannot be read or is damaged, or not all of it are layers of
   *     core; the message names every such node, with operator, opset and reason
   */
  public static Network read(Path file) throws FormatException {
    Imported imported = read(file, OnnxReading.standard());
    if (!imported.statesPreprocessing()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "fovea: %s states no preprocessing, so it is pixel/255; if the network was trained with another one, give it by OnnxReading.preprocessing, such as Preprocessing.imageNet()"
              .formatted(Quotation.fileName(file)));
    }
    return imported.network();
  }

  /**
   * Reads a file as a network; {@link Imported#statesPreprocessing} tells whether its preprocessing
   * is assumed.
   *
   * @throws FormatException if it cannot be read or is damaged, or not all of it are layers of
   *     core; the message names every such node, with operator, opset and reason; or if the
   *     reading's preprocessing has another number of channels than the network
   */
  public static Imported read(Path file, OnnxReading reading) throws FormatException {
    OnnxGraph graph = OnnxReader.read(file);
    String name = Quotation.fileName(file);
    Map<String, String> metadata = graph.about().metadata();
    Optional<List<String>> labels = ModelMetadata.labels(name, metadata);
    Optional<Preprocessing> own = ModelMetadata.preprocessing(name, metadata);
    Optional<Preprocessing> preprocessing = reading.preprocessing().or(() -> own);
    try {
      Lowered lowered = Lowering.of(graph, reading.image(), reading.optimising());
      FiniteWeights.require(name + ": import", lowered.weights());
      Network network = network(lowered, preprocessing, labels);
      String rule = metadata.get(StoredAnswers.ANSWERS);
      if (rule != null) {
        network = network.withAnswers(StoredAnswers.read(name, rule, null));
      } else if (lowered.isMultiLabel()) {
        network = network.withAnswers(AnswerRule.SeveralLabels.usual(network.labels().size()));
      }
      return new Imported(network, lowered.notes(), preprocessing.isPresent());
    } catch (OutOfMemoryError full) {
      throw new FormatException(
          name + ": import: needs more memory than there is; give the JVM more by -Xmx", full);
    } catch (RefusedException refused) {
      throw new FormatException(name + ": import: " + Quotation.plain(refused.sentence()), refused);
    } catch (IllegalArgumentException | UnsupportedOperationException refused) {
      throw new FormatException(
          name + ": import: " + Quotation.plain(String.valueOf(refused.getMessage())), refused);
    }
  }

  private static Network network(
      Lowered lowered, Optional<Preprocessing> preprocessing, Optional<List<String>> labels) {
    Graph graph = lowered.graph();
    int channels = graph.input().rank() == 3 ? graph.input().size(0) : 1;
    List<String> numbers =
        IntStream.range(0, graph.output().elements()).mapToObj(Integer::toString).toList();
    return Network.of(
        graph, lowered.weights(), preprocessing.orElse(unstated(channels)), labels.orElse(numbers));
  }

  /**
   * The default preprocessing: networks for colour pictures are usually trained and evaluated on
   * centre crops.
   */
  private static Preprocessing unstated(int channels) {
    Preprocessing unit = Preprocessing.unit(channels, Preprocessing.Background.MIXED);
    return channels == 3 ? unit.withFraming(Framing.CROP) : unit;
  }
}
