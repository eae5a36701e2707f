package io.fovea.kernel.vector.microkernel;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.fovea.kernel.vector.microkernel.LaneProgram.Before;
import io.fovea.kernel.vector.microkernel.LaneProgram.Input;
import io.fovea.kernel.vector.microkernel.LaneProgram.MultiplyAdd;
import io.fovea.kernel.vector.microkernel.LaneProgram.Negative;
import io.fovea.kernel.vector.microkernel.LaneProgram.Product;
import io.fovea.kernel.vector.microkernel.LaneProgram.Sum;
import io.fovea.kernel.vector.microkernel.LaneProgram.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.Map;

/** Turns a {@link LaneProgram} into bytecode: a loop, and a local variable for each value. */
final class LaneTranslator {
  private static final ClassDesc FLOATS = CD_float.arrayType();

  private static final MethodTypeDesc COMPUTE =
      MethodTypeDesc.of(
          CD_void, FLOATS, CD_int, CD_int, CD_int, FLOATS, CD_int, CD_int, CD_int, CD_int, FLOATS,
          CD_int, CD_float);

  // parameters of LaneKernel.compute
  private static final int TO = 1;
  private static final int T = 2;
  private static final int D = 3;
  private static final int TO_STEP = 4;
  private static final int FROM = 5;
  private static final int F = 6;
  private static final int S = 7;
  private static final int FROM_STEP = 8;
  private static final int ROUNDS = 9;
  private static final int BIAS = 10;
  private static final int LEAST = 12;

  private final LaneProgram program;
  private final CodeBuilder code;
  private final IndexCode ints;
  private final Map<Float, Integer> constants = new HashMap<>(); // local variables
  private final Map<Value, Integer> values = new HashMap<>();
  private int in;
  private int out;

  private LaneTranslator(LaneProgram program, CodeBuilder code) {
    this.program = program;
    this.code = code;
    this.ints = new IndexCode(code, IndexCode.NONE);
  }

  static byte[] classFile(LaneProgram program, String name) {
    return Translator.classFile(
        name, LaneKernel.class, COMPUTE, code -> new LaneTranslator(program, code).method());
  }

  private void method() {
    program.outputs().forEach(this::broadcastConstants);
    int bias = IndexCode.NONE;
    int least = IndexCode.NONE;
    if (program.hasBias()) {
      bias = load(BIAS, () -> code.iload(BIAS + 1));
      VectorCode.whole(code).fload(LEAST);
      least = stored(VectorCode.FLOAT_VECTOR, "broadcast", VectorCode.BROADCAST);
    }
    code.iconst_0();
    int counter = ints.stored();
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(counter).iload(ROUNDS).if_icmpge(end);
    in = offset(counter, F, FROM_STEP);
    out = offset(counter, T, TO_STEP);
    for (int i = 0; i < program.inputs(); i++) {
      int number = i;
      values.put(new Input(i), load(FROM, () -> index(in, number, S)));
    }
    for (int k = 0; k < program.outputs().size(); k++) {
      code.aload(value(program.outputs().get(k)));
      if (program.hasBias()) {
        atLeast(bias, least);
      }
      code.aload(TO);
      index(out, k, D);
      code.invokevirtual(VectorCode.FLOAT_VECTOR, "intoArray", VectorCode.STORE);
    }
    ints.advance(
        counter,
        IndexCode.Size.constant(program.isContiguous() ? Extent.vectors(1) : Extent.floats(1)));
    code.goto_(head).labelBinding(end).return_();
  }

  /** from + counter, or from + counter * step. */
  private int offset(int counter, int from, int step) {
    code.iload(from).iload(counter);
    if (!program.isContiguous()) {
      code.iload(step).imul();
    }
    code.iadd();
    return ints.stored();
  }

  /** Leaves on the stack where a vector begins. */
  private void index(int base, int number, int step) {
    code.iload(base);
    ints.plus(number, IndexCode.Size.local(step));
  }

  private int load(int array, Runnable index) {
    VectorCode.whole(code).aload(array);
    index.run();
    return stored(VectorCode.FLOAT_VECTOR, "fromArray", VectorCode.LOAD);
  }

  /** Stores what a static method returns. */
  private int stored(ClassDesc owner, String method, MethodTypeDesc type) {
    code.invokestatic(owner, method, type);
    return vector();
  }

  private int vector() {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  private void broadcastConstants(Value value) {
    switch (value) {
      case Input input -> {}
      case Before before -> {}
      case Sum sum -> {
        broadcastConstants(sum.a());
        broadcastConstants(sum.b());
      }
      case Product product -> {
        broadcast(product.factor());
        broadcastConstants(product.a());
      }
      case MultiplyAdd fma -> {
        broadcast(fma.factor());
        broadcastConstants(fma.a());
        broadcastConstants(fma.b());
      }
      case Negative negative -> broadcastConstants(negative.a());
    }
  }

  private void broadcast(float number) {
    if (!constants.containsKey(number)) {
      VectorCode.whole(code).loadConstant(number);
      constants.put(number, stored(VectorCode.FLOAT_VECTOR, "broadcast", VectorCode.BROADCAST));
    }
  }

  /** The local variable of a value, computed where it is first needed. */
  private int value(Value value) {
    Integer known = values.get(value);
    if (known != null) {
      return known;
    }
    int local =
        switch (value) {
          case Input input -> throw new AssertionError(input);
          case Before before -> load(TO, () -> index(out, before.output(), D));
          case Sum sum -> call(sum.method(), sum.a(), VectorCode.BINARY, value(sum.b()));
          case Product product ->
              call("mul", product.a(), VectorCode.BINARY, constant(product.factor()));
          case MultiplyAdd fma ->
              call("fma", fma.a(), VectorCode.FMA, constant(fma.factor()), value(fma.b()));
          case Negative negative -> call("neg", negative.a(), VectorCode.UNARY);
        };
    values.put(value, local);
    return local;
  }

  private int constant(float number) {
    return constants.getOrDefault(number, IndexCode.NONE);
  }

  private int call(String method, Value receiver, MethodTypeDesc type, int... arguments) {
    code.aload(value(receiver));
    for (int argument : arguments) {
      code.aload(argument);
    }
    code.invokevirtual(VectorCode.FLOAT_VECTOR, method, type);
    return vector();
  }

  /** Stack: a vector; then: max(vector + bias, least). */
  private void atLeast(int bias, int least) {
    code.aload(bias).invokevirtual(VectorCode.FLOAT_VECTOR, "add", VectorCode.BINARY);
    int sum = vector();
    code.aload(sum).aload(least).aload(sum);
    code.getstatic(VectorCode.OPERATORS, "LE", VectorCode.COMPARISON).aload(least);
    code.invokevirtual(VectorCode.FLOAT_VECTOR, "compare", VectorCode.COMPARE_VECTOR);
    code.invokevirtual(VectorCode.FLOAT_VECTOR, "blend", VectorCode.BLEND_VECTOR);
  }
}
