package io.fovea.bench.scale;

import io.fovea.kernel.op.OutputView;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Tensor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;

/**
 * About how many bytes a loop moves: those of the tensors and arrays that its body refers to, each
 * of them once. Not counted are what threads keep for themselves (scratch), and outputs that only
 * an {@link OutputView} names, whose size it does not know.
 */
final class Traffic {
  private static final int DEPTH = 4;

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private long bytes;

  private Traffic() {}

  /** The bytes of a body's operands. */
  static long bytes(Object body) {
    Traffic traffic = new Traffic();
    traffic.visit(body, DEPTH);
    return traffic.bytes;
  }

  private void visit(Object value, int depth) {
    if (!isOperand(value) || !seen.add(value)) {
      return;
    }
    switch (value) {
      case Tensor tensor -> {
        if (seen.add(tensor.array())) {
          bytes += 4L * tensor.elements();
        }
      }
      case float[] array -> bytes += 4L * array.length;
      default -> {
        if (depth > 0) {
          fields(value, depth);
        }
      }
    }
  }

  private void fields(Object owner, int depth) {
    for (Field field : owner.getClass().getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
        continue;
      }
      try {
        field.setAccessible(true);
        Object value = field.get(owner);
        if (value != null) {
          visit(value, depth - 1);
        }
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Operands, and core's objects that may hold them; not what holds the memory of everything. */
  private static boolean isOperand(Object value) {
    String type = value.getClass().getName();
    return value instanceof float[]
        || (type.startsWith("io.fovea.")
            && !(value instanceof Scratch)
            && !(value instanceof Workers)
            && !(value instanceof Supplier)
            && !(value instanceof OutputView)
            && !type.contains(".execution.")
            && !type.endsWith("Cache"));
  }
}
