package io.fovea.kernel.vector.microkernel;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.BlockDescription.Left;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** Generates the Vector API's operations as bytecode, for full vectors and for parts of them. */
final class VectorCode {
  private static final ClassDesc FLOATS = CD_float.arrayType();
  static final ClassDesc FLOAT_VECTOR = of(FloatVector.class);
  private static final ClassDesc VECTOR = of(Vector.class);
  private static final ClassDesc MASK = of(VectorMask.class);
  private static final ClassDesc SHUFFLE = of(VectorShuffle.class);
  private static final ClassDesc LANES = of(Lanes.class);
  private static final ClassDesc SPECIES = of(VectorSpecies.class);
  static final ClassDesc OPERATORS = of(VectorOperators.class);
  static final ClassDesc COMPARISON = of(VectorOperators.Comparison.class);
  private static final ClassDesc TERNARY = of(VectorOperators.Ternary.class);
  private static final ClassDesc PARTS = of(Parts.class);

  static final MethodTypeDesc LOAD = MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, FLOATS, CD_int);
  static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float);
  static final MethodTypeDesc FMA = MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, VECTOR);
  static final MethodTypeDesc UNARY = MethodTypeDesc.of(FLOAT_VECTOR);
  static final MethodTypeDesc BINARY = MethodTypeDesc.of(FLOAT_VECTOR, VECTOR);
  static final MethodTypeDesc COMPARE_VECTOR = MethodTypeDesc.of(MASK, COMPARISON, VECTOR);
  private static final MethodTypeDesc LANEWISE =
      MethodTypeDesc.of(FLOAT_VECTOR, TERNARY, VECTOR, VECTOR);
  private static final MethodTypeDesc COMPARE = MethodTypeDesc.of(MASK, COMPARISON, CD_float);
  private static final MethodTypeDesc BLEND = MethodTypeDesc.of(FLOAT_VECTOR, CD_float, MASK);
  static final MethodTypeDesc BLEND_VECTOR = MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, MASK);
  private static final MethodTypeDesc REINTERPRET = MethodTypeDesc.of(VECTOR, SPECIES, CD_int);
  private static final MethodTypeDesc REARRANGE = MethodTypeDesc.of(VECTOR, SHUFFLE);
  private static final MethodTypeDesc IN_RANGE = MethodTypeDesc.of(MASK, CD_int, CD_int);
  static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, FLOATS, CD_int);
  private static final MethodTypeDesc STORE_MASKED =
      MethodTypeDesc.of(CD_void, FLOATS, CD_int, MASK);

  private final CodeBuilder code;
  private final Width width;
  private final boolean isBroadcast;

  VectorCode(CodeBuilder code, BlockDescription d) {
    this.code = code;
    this.width = d.width();
    this.isBroadcast = d.left() == Left.BROADCAST;
  }

  static ClassDesc of(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  /** Pushes the species of full vectors. */
  static CodeBuilder whole(CodeBuilder code) {
    return code.getstatic(LANES, "SPECIES", SPECIES);
  }

  /** Pushes the species of the computed parts. */
  CodeBuilder species() {
    return switch (width) {
      case WHOLE -> whole(code);
      case HALVES, HALF -> code.getstatic(FLOAT_VECTOR, "SPECIES_256", SPECIES);
      case QUARTER -> code.getstatic(FLOAT_VECTOR, "SPECIES_128", SPECIES);
    };
  }

  /** Stack: species, array, index; then: a vector. */
  void load() {
    code.invokestatic(FLOAT_VECTOR, "fromArray", LOAD);
  }

  /** Stack: species, array, index; then: a as a vector or broadcast. */
  void loadLeft() {
    if (isBroadcast) {
      code.faload().invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
    } else {
      load();
    }
  }

  void zero() {
    species().fconst_0().invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
  }

  /** sum = x * w + sum, for local variables. */
  void multiplyAdd(int x, int w, int sum) {
    code.aload(x);
    if (width == Width.WHOLE) {
      code.aload(w).aload(sum).invokevirtual(FLOAT_VECTOR, "fma", FMA);
    } else {
      code.getstatic(OPERATORS, "FMA", TERNARY).aload(w).aload(sum);
      code.invokevirtual(FLOAT_VECTOR, "lanewise", LANEWISE);
    }
    code.astore(sum);
  }

  /** Pushes a full vector: this sum, followed by the next one if sums are in halves. */
  void join(int sum, int next) {
    code.aload(sum);
    if (width == Width.WHOLE) {
      return;
    }
    widen();
    code.checkcast(FLOAT_VECTOR);
    if (width == Width.HALVES) {
      code.aload(next);
      widen();
      code.getstatic(PARTS, "UPWARD", SHUFFLE).invokevirtual(VECTOR, "rearrange", REARRANGE);
      code.getstatic(PARTS, "UPPER_HALF", MASK);
      code.invokevirtual(FLOAT_VECTOR, "blend", BLEND_VECTOR);
    }
  }

  private void widen() {
    whole(code).iconst_0().invokevirtual(VECTOR, "reinterpretShape", REINTERPRET);
  }

  /** Stack: vector; then: min(max(vector, low), high), for local variables. */
  void clamp(int low, int high, int mask) {
    bound("LE", low, mask);
    bound("GE", high, mask);
  }

  private void bound(String comparison, int bound, int mask) {
    code.dup().getstatic(OPERATORS, comparison, COMPARISON).fload(bound);
    code.invokevirtual(FLOAT_VECTOR, "compare", COMPARE);
    code.astore(mask).fload(bound).aload(mask).invokevirtual(FLOAT_VECTOR, "blend", BLEND);
  }

  /** Stack: vector, array, index; stores the vector, or {@code lanes} lanes of a part. */
  void store(int lanes) {
    if (width == Width.WHOLE || width == Width.HALVES) {
      code.invokevirtual(FLOAT_VECTOR, "intoArray", STORE);
    } else {
      whole(code).iconst_0().iload(lanes).invokeinterface(SPECIES, "indexInRange", IN_RANGE);
      code.invokevirtual(FLOAT_VECTOR, "intoArray", STORE_MASKED);
    }
  }
}
