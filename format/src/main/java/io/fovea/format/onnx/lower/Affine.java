package io.fovea.format.onnx.lower;

import java.util.Map;
import java.util.Objects;

/**
 * A scale and a shift of each channel, y = scale[c] * x + shift[c], in double, so that folding
 * rounds once.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Affine(double[] scale, double[] shift) {
  int channels() {
    return scale.length;
  }

  /** The scale and shift of a batch normalisation with running statistics. */
  static Affine ofBatchNorm(Map<String, float[]> weights, float epsilon) {
    float[] gamma = of(weights, "weight");
    float[] beta = of(weights, "bias");
    float[] mean = of(weights, "running_mean");
    float[] variance = of(weights, "running_var");
    double[] scale = new double[gamma.length];
    double[] shift = new double[gamma.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = gamma[c] / Math.sqrt((double) variance[c] + epsilon);
      shift[c] = beta[c] - mean[c] * scale[c];
    }
    return new Affine(scale, shift);
  }

  /** The scale and shift of a layer with a weight and an optional bias. */
  static Affine of(Map<String, float[]> weights) {
    float[] weight = of(weights, "weight");
    float[] bias = weights.getOrDefault("bias", new float[weight.length]);
    double[] scale = new double[weight.length];
    double[] shift = new double[weight.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = weight[c];
      shift[c] = bias[c];
    }
    return new Affine(scale, shift);
  }

  private static float[] of(Map<String, float[]> weights, String name) {
    return Objects.requireNonNull(weights.get(name), name);
  }

  boolean isShift() {
    for (double factor : scale) {
      if (factor != 1) {
        return false;
      }
    }
    return true;
  }

  boolean isIdentity() {
    for (double offset : shift) {
      if (offset != 0) {
        return false;
      }
    }
    return isShift();
  }

  /**
   * Weight and bias of another layer followed by this one; the weights of a channel are contiguous.
   */
  Map<String, float[]> behind(float[] weight, float[] bias) {
    float[] scaled = weight; // the same array for a shift, since a file may have many of 10 MB
    if (!isShift()) {
      int run = weight.length / scale.length;
      scaled = new float[weight.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (float) (weight[i] * scale[i / run]);
      }
    }
    float[] shifted = new float[scale.length];
    for (int c = 0; c < shifted.length; c++) {
      shifted[c] = (float) (bias[c] * scale[c] + shift[c]);
    }
    return Map.of("weight", scaled, "bias", shifted);
  }

  Map<String, float[]> weights() {
    float[] weight = new float[scale.length];
    float[] bias = new float[scale.length];
    for (int c = 0; c < weight.length; c++) {
      weight[c] = (float) scale[c];
      bias[c] = (float) shift[c];
    }
    return Map.of("weight", weight, "bias", bias);
  }
}
