package io.fovea.format.onnx.operator;

import io.fovea.format.onnx.graph.OnnxNode;
import io.fovea.format.onnx.value.NdArray;
import io.fovea.parallel.Workers;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The limit on the memory of all live values of a graph: a file of some hundred bytes can request
 * any amount. A quarter of the heap unless {@value #PROPERTY} sets it in MB.
 */
final class ValueBudget {
  static final String PROPERTY = "fovea.onnx.memory";

  private final long mostBytes;

  ValueBudget(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  static ValueBudget ofThisProcess() {
    long megabytes = Long.getLong(PROPERTY, Runtime.getRuntime().maxMemory() / 4_000_000);
    return new ValueBudget(megabytes * 1_000_000);
  }

  /**
   * The results of a node.
   *
   * @param kept weights from earlier runs, if those of the node are constants
   * @param live the other values that are still needed
   * @throws IllegalArgumentException if they need too much memory, or the node cannot be computed
   */
  List<NdArray> apply(
      OnnxNode node,
      int opset,
      List<@Nullable NdArray> inputs,
      Workers workers,
      @Nullable PackedLayers kept,
      Collection<NdArray> live) {
    // Views share the array of another value.
    Set<Object> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    long taken = 0;
    for (NdArray value : live) {
      taken += arrays.add(value.data()) ? bytes(value) : 0;
    }
    OperatorContext context =
        new OperatorContext(node, opset, inputs, workers, kept, mostBytes - taken);
    List<NdArray> results = Operators.apply(context);
    for (NdArray result : results) {
      taken += arrays.add(result.data()) ? bytes(result) : 0;
    }
    if (taken > mostBytes) {
      throw context.tooLarge();
    }
    return results;
  }

  private static long bytes(NdArray value) {
    return (long) value.size() * value.type().bytes();
  }
}
