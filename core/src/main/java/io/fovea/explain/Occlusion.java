package io.fovea.explain;

import io.fovea.inference.Prediction;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Occlusion sensitivity: how much the probability of a class drops when a grey square covers a part
 * of the picture (Zeiler and Fergus, "Visualizing and understanding convolutional networks", arXiv
 * 1311.2901, section 4.2). Unlike Grad-CAM it needs no gradient and works for any network, at the
 * cost of one inference for each position.
 *
 * @param patch the side of the square, in pixels of the network's input
 * @param stride the distance between two positions, in pixels
 */
public record Occlusion(int patch, int stride) {
  /** Mid-grey, 0 to 255. */
  static final float GREY = 127.5f;

  private static final int BATCH = 64;

  /** Rows and columns from top left (inclusive) to bottom right (exclusive), on the picture. */
  private record OutputView(int top, int left, int bottom, int right) {}

  /** Throws IllegalArgumentException if one is below 1. */
  public Occlusion {
    if (patch < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "occlusion: expects a patch and a stride from 1 pixel up, got %d and %d"
              .formatted(patch, stride));
    }
  }

  /** A patch of about a seventh of the picture's shorter side, with a stride of half of it. */
  public static Occlusion suiting(Shape input) {
    int patch = Math.max(1, Math.min(input.size(1), input.size(2)) / 7);
    return new Occlusion(patch, Math.max(1, patch / 2));
  }

  /**
   * The drop, p[label] - p[label] with the patch, from -1 to 1; above 0 the position supports the
   * class. The picture is divided into cells of the stride's side, from the top left; the value of
   * a cell is the drop with the patch centred on it. The patch is clipped at the edges.
   *
   * @param label the class, from 0
   * @throws IllegalArgumentException if there is no such class, or the patch is larger than the
   *     picture
   */
  public HeatMap of(Subject subject, int label) {
    subject.requireClass(label);
    Shape shape = subject.graph().input();
    if (patch > shape.size(1) || patch > shape.size(2)) {
      throw new IllegalArgumentException(
          "occlusion: a patch of %d pixels is larger than the network's input %s; use a smaller patch"
              .formatted(patch, shape));
    }
    List<OutputView> places = places(shape);
    double whole = subject.prediction().probabilities().get(label);
    double[] drops = new double[places.size()];
    Tensor batch = Tensor.zeros(shape, Math.min(BATCH, places.size()));
    for (int from = 0; from < drops.length; from += BATCH) {
      int count = Math.min(BATCH, drops.length - from);
      for (int n = 0; n < count; n++) {
        cover(subject, batch, n, places.get(from + n));
      }
      List<Prediction> covered = subject.predictions(batch.slice(0, count));
      for (int n = 0; n < count; n++) {
        drops[from + n] = whole - covered.get(n).probabilities().get(label);
      }
    }
    return HeatMap.of(cells(shape.size(1)), cells(shape.size(2)), drops);
  }

  private int cells(int side) {
    return (side + stride - 1) / stride;
  }

  private List<OutputView> places(Shape shape) {
    List<OutputView> places = new ArrayList<>();
    int before = Math.floorDiv(stride - patch, 2);
    for (int i = 0; i < cells(shape.size(1)); i++) {
      for (int j = 0; j < cells(shape.size(2)); j++) {
        int top = i * stride + before;
        int left = j * stride + before;
        places.add(
            new OutputView(
                Math.max(0, top),
                Math.max(0, left),
                Math.min(top + patch, shape.size(1)),
                Math.min(left + patch, shape.size(2))));
      }
    }
    return places;
  }

  /** Writes the picture with one position covered as image n of the batch. */
  private static void cover(Subject subject, Tensor batch, int n, OutputView place) {
    Shape shape = batch.shape();
    int channels = shape.size(0);
    int row = shape.size(2) * channels;
    int at = batch.offset() + n * shape.elements();
    System.arraycopy(
        subject.input().array(), subject.input().offset(), batch.array(), at, shape.elements());
    int length = (place.right() - place.left()) * channels;
    for (int i = place.top(); i < place.bottom() && length > 0; i++) {
      int from = at + i * row + place.left() * channels;
      Arrays.fill(batch.array(), from, from + length, GREY);
      subject.network().preprocessing().apply(batch.array(), from, length);
    }
  }
}
