package io.fovea.kernel.vector.microkernel;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.fovea.kernel.vector.microkernel.LaneProgram.Before;
import io.fovea.kernel.vector.microkernel.LaneProgram.Call;
import io.fovea.kernel.vector.microkernel.LaneProgram.Constant;
import io.fovea.kernel.vector.microkernel.LaneProgram.Input;
import io.fovea.kernel.vector.microkernel.LaneProgram.Value;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns a {@link LaneProgram} into bytecode: a loop, and a local variable for each value. */
final class LaneTranslator {
  private static final ClassDesc FLOATS = CD_float.arrayType();

  private static final MethodTypeDesc COMPUTE =
      MethodTypeDesc.of(
          CD_void, FLOATS, CD_int, CD_int, CD_int, FLOATS, CD_int, CD_int, CD_int, CD_int, FLOATS,
          CD_int, CD_float, CD_float);

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
  private static final int LOW = 12;
  private static final int HIGH = 13;

  private final LaneProgram program;
  private final CodeBuilder code;
  private final IndexCode ints;
  private final Map<Value, Integer> values = new HashMap<>(); // local variables
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
    for (Value output : program.outputs()) {
      LaneProgram.parts(output).filter(Constant.class::isInstance).forEach(this::value);
    }
    int bias = IndexCode.NONE;
    int low = IndexCode.NONE;
    int high = IndexCode.NONE;
    if (program.hasBias()) {
      bias = load(BIAS, () -> code.iload(BIAS + 1));
      low = broadcast(() -> code.fload(LOW));
      high = broadcast(() -> code.fload(HIGH));
    }
    code.iconst_0();
    int counter = ints.stored();
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(counter).iload(ROUNDS).if_icmpge(end);
    in = offset(counter, F, FROM_STEP);
    out = offset(counter, T, TO_STEP);
    for (Value input : LaneProgram.inputs(program.inputs())) {
      value(input);
    }
    for (int k = 0; k < program.outputs().size(); k++) {
      code.aload(value(program.outputs().get(k)));
      if (program.hasBias()) {
        code.aload(bias).invokevirtual(VectorCode.FLOAT_VECTOR, "add", VectorCode.BINARY);
        bound("LE", low);
        bound("GE", high);
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

  /** Pushes the index of a vector. */
  private void index(int base, int number, int step) {
    code.iload(base);
    ints.plus(number, IndexCode.Size.local(step));
  }

  private int load(int array, Runnable index) {
    VectorCode.whole(code).aload(array);
    index.run();
    code.invokestatic(VectorCode.FLOAT_VECTOR, "fromArray", VectorCode.LOAD);
    return vector();
  }

  private int broadcast(Runnable number) {
    VectorCode.whole(code);
    number.run();
    code.invokestatic(VectorCode.FLOAT_VECTOR, "broadcast", VectorCode.BROADCAST);
    return vector();
  }

  /** Stores the vector on the stack to a new local variable. */
  private int vector() {
    int local = code.allocateLocal(TypeKind.REFERENCE);
    code.astore(local);
    return local;
  }

  /** The local variable of a value, which is computed on first use. */
  private int value(Value value) {
    Integer known = values.get(value);
    if (known != null) {
      return known;
    }
    int local =
        switch (value) {
          case Input input -> load(FROM, () -> index(in, input.number(), S));
          case Before before -> load(TO, () -> index(out, before.output(), D));
          case Constant constant -> broadcast(() -> code.loadConstant(constant.number()));
          case Call call -> call(call);
        };
    values.put(value, local);
    return local;
  }

  private int call(Call call) {
    List<Integer> arguments = call.arguments().stream().map(this::value).toList();
    code.aload(value(call.receiver()));
    arguments.forEach(code::aload);
    code.invokevirtual(
        VectorCode.FLOAT_VECTOR,
        call.method(),
        List.of(VectorCode.UNARY, VectorCode.BINARY, VectorCode.FMA).get(arguments.size()));
    return vector();
  }

  /** Stack: a vector; then: the bound where the comparison with it holds. */
  private void bound(String comparison, int bound) {
    int sum = vector();
    code.aload(sum).aload(bound).aload(sum);
    code.getstatic(VectorCode.OPERATORS, comparison, VectorCode.COMPARISON).aload(bound);
    code.invokevirtual(VectorCode.FLOAT_VECTOR, "compare", VectorCode.COMPARE_VECTOR);
    code.invokevirtual(VectorCode.FLOAT_VECTOR, "blend", VectorCode.BLEND_VECTOR);
  }
}
