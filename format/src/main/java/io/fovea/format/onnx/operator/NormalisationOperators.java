package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.value.NdArray;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Normalisations by means and variances: xhat = (x - mean) / sqrt(var + epsilon), y = gamma xhat +
 * beta.
 */
final class NormalisationOperators {
  private NormalisationOperators() {}

  static void register(Map<String, Operator> table) {
    table.put("BatchNormalization", NormalisationOperators::batch);
    table.put("InstanceNormalization", Operator.of(NormalisationOperators::instance));
    table.put("LayerNormalization", NormalisationOperators::layer);
    table.put("GroupNormalization", Operator.of(NormalisationOperators::group));
    table.put("LRN", Operator.of(NormalisationOperators::localResponse));
  }

  private static double epsilon(OperatorContext context) {
    return context.node().number("epsilon", 1e-5f);
  }

  /**
   * By the running statistics; in training mode (version 14) by the batch's, with updated running
   * statistics as further outputs. Before version 9 each activation could have its own statistics.
   */
  private static List<NdArray> batch(OperatorContext context) {
    NdArray x = context.floats(0);
    if (x.rank() < 2) {
      throw context.error("expects 2 dimensions or more, got " + x);
    }
    NdArray scale = context.floats(1);
    boolean spatial = context.opset() >= 9 || context.node().integer("spatial", 1) != 0;
    int inner = spatial ? Strided.product(x.dims(), 2, x.rank()) : 1;
    int channels = spatial ? x.dim(1) : Strided.product(x.dims(), 1, x.rank());
    for (int i = 1; i < 5; i++) {
      if (context.floats(i).size() != channels) {
        throw context.error(
            "expects %d values as input %d, got %s".formatted(channels, i, context.in(i)));
      }
    }
    float[] mean = context.floats(3).floats();
    float[] variance = context.floats(4).floats();
    boolean training =
        context.opset() >= 14
            ? context.node().integer("training_mode", 0) != 0
            : context.opset() < 7
                && context.node().integer("is_test", 0) == 0
                && context.node().outputs().size() > 1;
    if (!training) {
      return List.of(normalised(context, x, scale, mean, variance, channels, inner));
    }
    float[] batchMean = new float[channels];
    float[] batchVariance = new float[channels];
    statistics(x, channels, inner, batchMean, batchVariance);
    float momentum = context.node().number("momentum", 0.9f);
    float[] nextMean = new float[channels];
    float[] nextVariance = new float[channels];
    for (int c = 0; c < channels; c++) {
      nextMean[c] = mean[c] * momentum + batchMean[c] * (1 - momentum);
      nextVariance[c] = variance[c] * momentum + batchVariance[c] * (1 - momentum);
    }
    int[] dims = scale.dims();
    return List.of(
        normalised(context, x, scale, batchMean, batchVariance, channels, inner),
        NdArray.of(dims, nextMean),
        NdArray.of(dims, nextVariance));
  }

  private static NdArray normalised(
      OperatorContext context,
      NdArray x,
      NdArray scale,
      float[] mean,
      float[] variance,
      int channels,
      int inner) {
    float[] gamma = scale.floats();
    float[] beta = context.floats(2).floats();
    float[] in = x.floats();
    float[] y = new float[x.size()];
    int maps = inner == 0 ? 0 : x.size() / inner;
    context
        .workers()
        .run(
            maps,
            (map, worker) -> {
              int c = map % channels;
              double factor = gamma[c] / Math.sqrt(variance[c] + epsilon(context));
              double shift = beta[c] - mean[c] * factor;
              for (int i = map * inner; i < (map + 1) * inner; i++) {
                y[i] = (float) (in[i] * factor + shift);
              }
            });
    return NdArray.of(x.dims(), y);
  }

  private static void statistics(
      NdArray x, int channels, int inner, float[] mean, float[] variance) {
    float[] in = x.floats();
    int images = x.dim(0);
    double count = (double) images * inner;
    for (int c = 0; c < channels; c++) {
      double centre = total(in, c, channels, images, inner) / count;
      double squares = 0;
      for (int n = 0; n < images; n++) {
        int start = (n * channels + c) * inner;
        for (int i = start; i < start + inner; i++) {
          squares += (in[i] - centre) * (in[i] - centre);
        }
      }
      mean[c] = (float) centre;
      variance[c] = (float) (squares / count);
    }
  }

  private static double total(float[] in, int c, int channels, int images, int inner) {
    double sum = 0;
    for (int n = 0; n < images; n++) {
      int start = (n * channels + c) * inner;
      for (int i = start; i < start + inner; i++) {
        sum += in[i];
      }
    }
    return sum;
  }

  /** Rows of the input, centred and scaled to variance 1, with each row's mean and 1/deviation. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record NormalisedRows(float[] xhat, float[] mean, float[] inverse) {
    static NormalisedRows of(OperatorContext context, NdArray x, int length) {
      float[] in = x.floats();
      int rows = length == 0 ? 0 : x.size() / length;
      NormalisedRows result =
          new NormalisedRows(new float[x.size()], new float[rows], new float[rows]);
      context
          .workers()
          .run(
              rows,
              (row, worker) -> {
                int from = row * length;
                double sum = 0;
                for (int i = from; i < from + length; i++) {
                  sum += in[i];
                }
                double mean = sum / length;
                double squares = 0;
                for (int i = from; i < from + length; i++) {
                  squares += (in[i] - mean) * (in[i] - mean);
                }
                double inverse = 1 / Math.sqrt(squares / length + epsilon(context));
                for (int i = from; i < from + length; i++) {
                  result.xhat[i] = (float) ((in[i] - mean) * inverse);
                }
                result.mean[row] = (float) mean;
                result.inverse[row] = (float) inverse;
              });
      return result;
    }
  }

  /** Normalises each channel of each image. */
  private static NdArray instance(OperatorContext context) {
    NdArray x = context.floats(0);
    if (x.rank() < 3) {
      throw context.error("expects 3 dimensions or more, got " + x);
    }
    int inner = Strided.product(x.dims(), 2, x.rank());
    return scaled(context, x, NormalisedRows.of(context, x, inner), x.dim(1), inner);
  }

  /** Applies gamma and beta of a channel, or of another unit of the parameters. */
  private static NdArray scaled(
      OperatorContext context, NdArray x, NormalisedRows rows, int count, int inner) {
    float[] gamma = context.floats(1).floats();
    float[] beta = context.floats(2).floats();
    if (gamma.length != count || beta.length != count) {
      throw context.error(
          "expects %d scales and biases, got %s and %s"
              .formatted(count, context.in(1), context.in(2)));
    }
    float[] y = rows.xhat();
    for (int i = 0; i < y.length; i++) {
      int c = i / inner % count;
      y[i] = gamma[c] * y[i] + beta[c];
    }
    return NdArray.of(x.dims(), y);
  }

  /** Normalises over the dimensions from axis on; means and 1/deviations are further outputs. */
  private static List<NdArray> layer(OperatorContext context) {
    NdArray x = context.floats(0);
    int axis = context.axis("axis", -1, x.rank());
    int length = Strided.product(x.dims(), axis, x.rank());
    NormalisedRows rows = NormalisedRows.of(context, x, length);
    NdArray y = NdArray.of(x.dims(), rows.xhat());
    y =
        BinaryOperators.combined(
            context, y, context.floats(1), y.type(), (a, b) -> a * b, Long::sum);
    if (context.optional(2) != null) {
      y = BinaryOperators.combined(context, y, context.floats(2), y.type(), Double::sum, Long::sum);
    }
    int[] dims = x.dims();
    Arrays.fill(dims, axis, dims.length, 1);
    return List.of(y, NdArray.of(dims, rows.mean()), NdArray.of(dims, rows.inverse()));
  }

  /**
   * Normalises groups of channels of each image; parameters belong to groups before version 21, to
   * channels since.
   */
  private static NdArray group(OperatorContext context) {
    NdArray x = context.floats(0);
    if (x.rank() < 2) {
      throw context.error("expects 2 dimensions or more, got " + x);
    }
    long groups = context.node().integer("num_groups", 0);
    if (groups < 1 || x.dim(1) % groups != 0) {
      throw context.error("cannot divide %d channels into %d groups".formatted(x.dim(1), groups));
    }
    int map = Strided.product(x.dims(), 2, x.rank());
    int length = x.dim(1) / (int) groups * map;
    NormalisedRows rows = NormalisedRows.of(context, x, length);
    return context.opset() < 21
        ? scaled(context, x, rows, (int) groups, length)
        : scaled(context, x, rows, x.dim(1), map);
  }

  /** y = x / (bias + alpha/size * sum of squares over neighbouring channels)^beta. */
  private static NdArray localResponse(OperatorContext context) {
    NdArray x = context.floats(0);
    if (x.rank() < 3) {
      throw context.error("expects 3 dimensions or more, got " + x);
    }
    long size = context.node().integer("size", 0);
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw context.error("expects a size from 1 up, got " + size);
    }
    double alpha = context.node().number("alpha", 1e-4f) / size;
    double beta = context.node().number("beta", 0.75f);
    double bias = context.node().number("bias", 1);
    int channels = x.dim(1);
    int inner = Strided.product(x.dims(), 2, x.rank());
    int before = (int) (size - 1) / 2;
    int after = (int) (size - 1) - before;
    float[] in = x.floats();
    float[] y = new float[x.size()];
    context
        .workers()
        .run(
            x.dim(0) * channels,
            (map, worker) -> {
              int c = map % channels;
              int first = map - Math.min(c, before);
              int last = map + Math.min(channels - 1 - c, after);
              for (int i = 0; i < inner; i++) {
                double squares = 0;
                for (int m = first; m <= last; m++) {
                  double v = in[m * inner + i];
                  squares += v * v;
                }
                int at = map * inner + i;
                y[at] = (float) (in[at] / Math.pow(bias + alpha * squares, beta));
              }
            });
    return NdArray.of(x.dims(), y);
  }
}
