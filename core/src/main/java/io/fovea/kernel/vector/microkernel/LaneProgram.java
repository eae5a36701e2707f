package io.fovea.kernel.vector.microkernel;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Straight-line code on vectors, again and again: each round reads some inputs, vectors that lie
 * some floats apart, and writes outputs made of them by sums and products with constants. A value
 * that several outputs need is computed once. The linear transforms of a tile are such programs.
 *
 * @param name of the class, for stack traces and profilers
 * @param inputs vectors that a round reads
 * @param outputs what a round writes
 * @param isContiguous whether rounds advance by a vector, else by arguments; then C2 takes the
 *     checks of bounds out of the loop, which saves a third of the time
 * @param hasBias whether outputs are max(output + bias, least)
 */
public record LaneProgram(
    String name, int inputs, List<Value> outputs, boolean isContiguous, boolean hasBias) {
  /**
   * Checks that no output needs what has been written over.
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

  /** A vector. Products and sums are rounded as they are written here. */
  public sealed interface Value {
    /** this + other. */
    default Value add(Value other) {
      return new Call("add", this, List.of(other));
    }

    /** this - other. */
    default Value sub(Value other) {
      return new Call("sub", this, List.of(other));
    }

    /** this * factor. */
    default Value mul(float factor) {
      return new Call("mul", this, List.of(new Constant(factor)));
    }

    /** this * factor + other, rounded once. */
    default Value fma(float factor, Value other) {
      return new Call("fma", this, List.of(new Constant(factor), other));
    }

    /** -this. */
    default Value neg() {
      return new Call("neg", this, List.of());
    }
  }

  record Input(int number) implements Value {}

  /** What lies where an output goes. */
  record Before(int output) implements Value {}

  record Constant(float number) implements Value {}

  /** A method of vectors. */
  record Call(String method, Value receiver, List<Value> arguments) implements Value {}

  /** The value and all that it is made of, depth first. */
  static Stream<Value> parts(Value value) {
    Stream<Value> operands =
        value instanceof Call call
            ? Stream.concat(Stream.of(call.receiver), call.arguments.stream())
            : Stream.empty();
    return Stream.concat(operands.flatMap(LaneProgram::parts), Stream.of(value));
  }

  /** The inputs of a round. */
  public static Value[] inputs(int count) {
    return IntStream.range(0, count).mapToObj(Input::new).toArray(Value[]::new);
  }

  /** What lies where an output goes, to be added to; for that output or one before it. */
  public static Value before(int output) {
    return new Before(output);
  }

  /** The kernel: of the class that the build has written, or of one made now. */
  public LaneKernel kernel() {
    return (LaneKernel) MicroKernels.instance(name, () -> classFile());
  }

  byte[] classFile() {
    return LaneTranslator.classFile(this, MicroKernels.className(name));
  }
}
