package io.fovea.kernel.vector.microkernel;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Straight-line code on vectors in a loop: each iteration reads some inputs, vectors at a stride,
 * and writes outputs, which are sums and products with constants. A value that several outputs need
 * is computed once. The linear transforms of a tile are such programs.
 *
 * @param name of the class, for stack traces and profilers
 * @param inputs the number of vectors that an iteration reads
 * @param outputs the values that an iteration writes
 * @param isContiguous whether iterations advance by a vector, so that C2 removes the bounds checks,
 *     which saves a third of the time; else by arguments
 * @param hasBias whether outputs are min(max(output + bias, low), high)
 */
public record LaneProgram(
    String name, int inputs, List<Value> outputs, boolean isContiguous, boolean hasBias) {
  /**
   * Checks that no output reads a value that an earlier output has overwritten.
   *
   * @throws IllegalArgumentException if one does
   */
  public LaneProgram {
    outputs = List.copyOf(outputs);
    for (int k = 0; k < outputs.size(); k++) {
      for (Value part : parts(outputs.get(k)).toList()) {
        if (part instanceof Before before && before.output < k) {
          throw new IllegalArgumentException(
              "lane program %s: output %d needs what lay in the place of output %d, which is written before it; expected its own or a later one's"
                  .formatted(name, k, before.output));
        }
      }
    }
  }

  /** A vector. Products and sums are rounded in the written order. */
  public sealed interface Value {
    default Value add(Value other) {
      return new Call("add", this, List.of(other));
    }

    default Value sub(Value other) {
      return new Call("sub", this, List.of(other));
    }

    default Value mul(float factor) {
      return new Call("mul", this, List.of(new Constant(factor)));
    }

    /** this * factor + other, rounded once. */
    default Value fma(float factor, Value other) {
      return new Call("fma", this, List.of(new Constant(factor), other));
    }

    default Value neg() {
      return new Call("neg", this, List.of());
    }
  }

  record Input(int number) implements Value {}

  /** The old value at an output's position. */
  record Before(int output) implements Value {}

  record Constant(float number) implements Value {}

  record Call(String method, Value receiver, List<Value> arguments) implements Value {}

  /** The value and all its operands, depth first. */
  static Stream<Value> parts(Value value) {
    Stream<Value> operands =
        value instanceof Call call
            ? Stream.concat(Stream.of(call.receiver), call.arguments.stream())
            : Stream.empty();
    return Stream.concat(operands.flatMap(LaneProgram::parts), Stream.of(value));
  }

  /** The inputs of an iteration. */
  public static Value[] inputs(int count) {
    return IntStream.range(0, count).mapToObj(Input::new).toArray(Value[]::new);
  }

  /** The old value at an output's position, for sums; only for that output or one before it. */
  public static Value before(int output) {
    return new Before(output);
  }

  /** The kernel: of the class that the build has written, or of one generated now. */
  public LaneKernel kernel() {
    return (LaneKernel) MicroKernels.instance(name, () -> classFile());
  }

  byte[] classFile() {
    return LaneTranslator.classFile(this, MicroKernels.className(name));
  }
}
