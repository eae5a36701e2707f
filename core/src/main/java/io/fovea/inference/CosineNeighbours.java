package io.fovea.inference;

import io.fovea.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Finds the images that are most similar to another one, by the cosine of the angle between their
 * features, such as {@link Classifier#outputs} of a network cut by {@code Network.features}:
 *
 * <pre>cos(a, b) = sum over i of a[i]*b[i] / (|a|*|b|)</pre>
 *
 * from -1 to 1, summed in double; 0 where one vector is zero. Every image is compared with every
 * other. Immutable, except that the tensor's array is not copied.
 */
public final class CosineNeighbours {
  /**
   * A similar image.
   *
   * @param index its index among the images
   * @param similarity the cosine
   */
  public record Neighbour(int index, double similarity) {}

  private final Tensor features;
  private final double[] lengths;

  private CosineNeighbours(Tensor features) {
    this.features = features;
    this.lengths = new double[features.count()];
    int elements = features.shape().elements();
    for (int n = 0; n < lengths.length; n++) {
      int at = features.offset() + n * elements;
      lengths[n] = Math.sqrt(dot(features.array(), at, features.array(), at, elements));
      if (!Double.isFinite(lengths[n])) {
        throw new IllegalArgumentException(
            "neighbours: expects finite features, got others for image %d; check the images and the network's weights"
                .formatted(n));
      }
    }
  }

  /**
   * Prepares the features of some images.
   *
   * @throws IllegalArgumentException if one is not a finite number
   */
  public static CosineNeighbours among(Tensor features) {
    return new CosineNeighbours(features);
  }

  /**
   * The {@code most} images nearest to image {@code n}, nearest first and without that image
   * itself; equally near ones by index. All, if there are fewer.
   */
  public List<Neighbour> of(int n, int most) {
    return IntStream.range(0, lengths.length)
        .filter(other -> other != n)
        .mapToObj(other -> new Neighbour(other, cosine(n, other)))
        .sorted(Comparator.comparingDouble(Neighbour::similarity).reversed())
        .limit(most)
        .toList();
  }

  private double cosine(int n, int other) {
    double product = lengths[n] * lengths[other];
    if (product == 0) {
      return 0;
    }
    int elements = features.shape().elements();
    float[] array = features.array();
    int at = features.offset() + n * elements;
    int otherAt = features.offset() + other * elements;
    return Math.clamp(dot(array, at, array, otherAt, elements) / product, -1, 1);
  }

  /** The dot product, in four independent sums. */
  private static double dot(float[] a, int at, float[] b, int bt, int count) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      s0 += (double) a[at + i] * b[bt + i];
      s1 += (double) a[at + i + 1] * b[bt + i + 1];
      s2 += (double) a[at + i + 2] * b[bt + i + 2];
      s3 += (double) a[at + i + 3] * b[bt + i + 3];
    }
    for (; i < count; i++) {
      s0 += (double) a[at + i] * b[bt + i];
    }
    return s0 + s1 + s2 + s3;
  }
}
