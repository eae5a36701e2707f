package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.value.NdArray;
import java.util.List;

/** The known facts of a value of the ONNX graph. */
sealed interface Value {
  /**
   * A value that is known before the network runs, except for the number of images: one array for
   * each of the two numbers, the same one if it does not depend on it.
   */
  record Known(List<NdArray> variants) implements Value {
    public Known {
      variants = List.copyOf(variants);
    }

    /** True if the value does not depend on the number of images. */
    boolean isConstant() {
      return variants.stream().allMatch(variants.getFirst()::equals);
    }
  }

  /**
   * Computed from the input.
   *
   * @param nodeId the builder's node that computes it
   * @param axes the view of the ONNX value on that node's output
   * @param view the last node that changed only the view, or an empty text
   */
  record Computed(int nodeId, Axes axes, String view) implements Value {
    Computed(int nodeId, Axes axes) {
      this(nodeId, axes, "");
    }
  }

  /** A value that was not lowered, or depends on such a value: already reported. */
  record Missing() implements Value {}
}
