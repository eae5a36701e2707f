package io.fovea.format.onnx.lower;

import io.fovea.format.onnx.NdArray;
import java.util.List;

/** What lowering knows of a value of the ONNX graph. */
sealed interface Value {
  /**
   * Known before the network runs, but for the number of images: one array for each number that is
   * tried, the same one where it does not depend on it.
   */
  record Known(List<NdArray> variants) implements Value {
    /** Copies the list. */
    public Known {
      variants = List.copyOf(variants);
    }

    /** True where the number of images does not matter. */
    boolean isConstant() {
      return variants.stream().allMatch(variants.getFirst()::equals);
    }
  }

  /**
   * Computed from the input.
   *
   * @param nodeId the draft's node that computes it
   * @param axes how the ONNX value lies on that node's output
   * @param view the last node that only changed the view, or an empty text
   */
  record Computed(int nodeId, Axes axes, String view) implements Value {
    /** A value as core has it. */
    Computed(int nodeId, Axes axes) {
      this(nodeId, axes, "");
    }
  }

  /** Not lowered, or made from what was not: reported already. */
  record Missing() implements Value {}
}
