package io.fovea.kernel.reference;

import io.fovea.tensor.Tensor;

/** Converts floats to doubles and back, for the float methods of the reference kernels. */
public final class FloatDouble {
  private FloatDouble() {}

  public static double[] widen(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  public static double[] widen(Tensor tensor) {
    double[] wide = new double[tensor.elements()];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = tensor.array()[tensor.offset() + i];
    }
    return wide;
  }

  static void narrow(float[] destination, double[] values) {
    for (int i = 0; i < values.length; i++) {
      destination[i] = (float) values[i];
    }
  }

  static void narrow(Tensor destination, double[] values) {
    for (int i = 0; i < values.length; i++) {
      destination.array()[destination.offset() + i] = (float) values[i];
    }
  }
}
