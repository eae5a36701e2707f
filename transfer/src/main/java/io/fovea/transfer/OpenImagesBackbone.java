package io.fovea.transfer;

import io.fovea.dataset.Framing;
import io.fovea.file.Sha256;
import io.fovea.format.FormatException;
import io.fovea.layer.BatchNorm2d;
import io.fovea.layer.Conv2d;
import io.fovea.layer.Layer;
import io.fovea.network.Graph;
import io.fovea.network.Initializer;
import io.fovea.network.Network;
import io.fovea.network.Weights;
import io.fovea.network.Zoo;
import io.fovea.preprocessing.Preprocessing;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The MobileNetV2 of MediaPipe's object detector (Apache-2.0, trained on Open Images V4), in the
 * file objectron_solution_packed_assets.data of the npm package {@code @mediapipe/objectron}
 * 0.4.1675468480. The file is pinned by its SHA-256, so its tensors are at known offsets.
 *
 * <p>The structure is {@link Zoo#MOBILENET_V2}, with the same names, and two differences that the
 * weights require. Batch normalisations are folded into the convolutions, which have a bias
 * instead. Padding is TensorFlow's SAME: at stride 2, an even side is padded at its end only.
 */
final class OpenImagesBackbone {
  /** Inputs are x = pixel/127.5 - 1. */
  static final Preprocessing PREPROCESSING =
      new Preprocessing(
          Collections.nCopies(3, 0.5),
          Collections.nCopies(3, 0.5),
          Preprocessing.Background.MIXED,
          Framing.CROP);

  /** The range of the detector's TFLite file. */
  private static final int BEGIN = 184;

  private static final int END = 9_987_912;
  private static final String SHA_256 =
      "d0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6";

  /** The offsets of weights and biases of the convolutions, alternating, in the network's order. */
  private static final int[] OFFSETS = {
    9872232, 9909144, 136376, 9906488, 9871192, 136328, 9868104, 9906072,
    134584, 9906280, 9863480, 134520, 9856552, 9885272, 131912, 9885576,
    9849624, 131848, 9842696, 9884664, 129240, 9884968, 9833464, 129160,
    9821160, 9883864, 125688, 9884264, 9808856, 125608, 9796552, 9883064,
    122136, 9883464, 9784248, 122056, 9771944, 9882264, 118584, 9882664,
    9747352, 118440, 9698184, 9880696, 111512, 9881480, 9649016, 111368,
    9599848, 9879128, 104440, 9879912, 9550680, 104296, 9501512, 9877560,
    97368, 9878344, 9452344, 97224, 9403176, 9904504, 90296, 9905288,
    9329432, 90088, 9218824, 9902168, 79704, 9903336, 9108216, 79496,
    8997608, 9899832, 69112, 9901000, 8887000, 68904, 8776392, 9897496,
    58312, 9898664, 8495256, 57976, 8188040, 9893624, 40680, 9895560,
    7880824, 40344, 7573608, 9889752, 23048, 9891688, 7266392, 22712,
    6959176, 9885880, 5416, 9887816, 6344760, 4760, 5525544, 9906568
  };

  private OpenImagesBackbone() {}

  /**
   * The structure for images of a shape.
   *
   * @param input (3, H, W); sides that are multiples of 32 have the padding of the training
   * @throws IllegalArgumentException if the images are not of three channels, or too small
   */
  static Graph graph(Shape input, int classes) {
    Graph usual = Zoo.MOBILENET_V2.graph(input, classes);
    if (input.size(0) != 3) {
      throw new IllegalArgumentException(
          "openimages: the weights are for images of 3 channels, got " + input);
    }
    List<Graph.Node> nodes = new ArrayList<>();
    Map<String, String> stands = new HashMap<>(); // a normalisation -> its convolution
    for (Graph.Node node : usual.nodes()) {
      List<String> inputs =
          node.inputs().stream().map(name -> stands.getOrDefault(name, name)).toList();
      if (node.layer() instanceof BatchNorm2d) {
        stands.put(node.name(), inputs.getFirst());
      } else {
        nodes.add(
            new Graph.Node(
                node.name(), folded(node.layer(), usual.inputShapes(node).getFirst()), inputs));
      }
    }
    return Graph.of(input, nodes);
  }

  private static Layer folded(Layer layer, Shape input) {
    if (!(layer instanceof Conv2d conv)) {
      return layer;
    }
    Window w = conv.window();
    if (w.strideHeight() > 1) {
      int top = input.size(1) % 2;
      int left = input.size(2) % 2;
      w = new Window(w.kernelHeight(), w.kernelWidth(), 2, 2, top, left, 1, 1, 1, 1);
    }
    return new Conv2d(conv.filters(), w, conv.groups(), true);
  }

  /**
   * Reads the weights. The last layer, which the detector does not have, gets initial weights.
   *
   * @param file objectron_solution_packed_assets.data
   * @param input (3, H, W)
   * @throws FormatException if it cannot be read or is another file
   */
  static Network read(Path file, Shape input, int classes) throws FormatException {
    byte[] bytes = bytes(file);
    Graph graph = graph(input, classes);
    Weights fresh = Weights.initial(graph, Initializer.he(), 0);
    Map<String, float[]> values = new HashMap<>();
    int at = 0;
    for (Graph.Node node : graph.nodes()) {
      if (node.layer() instanceof Conv2d conv) {
        int taps = conv.window().kernelHeight() * conv.window().kernelWidth();
        int channels = graph.inputShapes(node).getFirst().size(0);
        boolean isDepthwise = conv.groups() > 1;
        int rows = isDepthwise ? 1 : conv.filters();
        values.put(node.name() + ".weight", rows(bytes, OFFSETS[at++], rows, taps, channels));
        values.put(node.name() + ".bias", rows(bytes, OFFSETS[at++], 1, 1, conv.filters()));
      }
    }
    graph.weights().forEach(w -> values.computeIfAbsent(w.name(), fresh::values));
    List<String> labels = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return Network.of(graph, Weights.of(graph, values), PREPROCESSING, labels);
  }

  private static byte[] bytes(Path file) throws FormatException {
    try {
      byte[] bytes = Files.size(file) == END ? Files.readAllBytes(file) : new byte[END];
      MessageDigest digest = Sha256.digest();
      digest.update(bytes, BEGIN, END - BEGIN);
      String got = HexFormat.of().formatHex(digest.digest());
      if (!got.equals(SHA_256)) {
        throw new FormatException(
            "%s: is not the file with the weights of openimages (SHA-256 of bytes %d to %d is not %s...); delete it and fetch it again"
                .formatted(file, BEGIN, END, SHA_256.substring(0, 8)));
      }
      return bytes;
    } catch (IOException unreadable) {
      throw FormatException.of(file, "read", unreadable);
    }
  }

  /** float16 values as (row, tap, channel), to (row, channel, tap). */
  private static float[] rows(byte[] bytes, int offset, int rows, int taps, int channels) {
    float[] values = new float[rows * taps * channels];
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < taps; t++) {
        for (int c = 0; c < channels; c++) {
          int from = offset + 2 * ((r * taps + t) * channels + c);
          short bits = (short) ((bytes[from] & 0xff) | (bytes[from + 1] << 8));
          values[(r * channels + c) * taps + t] = Float.float16ToFloat(bits);
        }
      }
    }
    return values;
  }
}
