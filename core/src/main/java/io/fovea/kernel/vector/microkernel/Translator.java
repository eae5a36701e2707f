package io.fovea.kernel.vector.microkernel;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Left;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Turns a {@link BlockDescription} into the bytecode that a hand-written block would have: a local
 * variable for each sum, and for each vector of b; loops around them. Loops over arrays of vectors
 * would not do: C2 keeps a vector in a register only where it is a local variable.
 */
final class Translator {
  private static final ClassDesc KERNEL = MicroKernel.class.describeConstable().orElseThrow();
  private static final ClassDesc STRIDES = Strides.class.describeConstable().orElseThrow();
  private static final ClassDesc LOOP = Strides.Loop.class.describeConstable().orElseThrow();
  private static final ClassDesc FLOATS = CD_float.arrayType();
  private static final ClassDesc FLOAT_VECTOR = FloatVector.class.describeConstable().orElseThrow();
  private static final ClassDesc VECTOR = Vector.class.describeConstable().orElseThrow();
  private static final ClassDesc MASK = VectorMask.class.describeConstable().orElseThrow();
  private static final ClassDesc SPECIES = VectorSpecies.class.describeConstable().orElseThrow();
  private static final ClassDesc OPERATORS =
      VectorOperators.class.describeConstable().orElseThrow();
  private static final ClassDesc COMPARISON =
      VectorOperators.Comparison.class.describeConstable().orElseThrow();

  private static final MethodTypeDesc COMPUTE =
      MethodTypeDesc.of(
          CD_void, STRIDES, FLOATS, CD_int, FLOATS, CD_int, FLOATS, CD_int, FLOATS, CD_int);
  private static final MethodTypeDesc LOAD =
      MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, FLOATS, CD_int);
  private static final MethodTypeDesc BROADCAST =
      MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float);
  private static final MethodTypeDesc FMA = MethodTypeDesc.of(FLOAT_VECTOR, VECTOR, VECTOR);
  private static final MethodTypeDesc COMPARE = MethodTypeDesc.of(MASK, COMPARISON, CD_float);
  private static final MethodTypeDesc BLEND = MethodTypeDesc.of(FLOAT_VECTOR, CD_float, MASK);
  private static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, FLOATS, CD_int);

  private static final int L = FloatVector.SPECIES_PREFERRED.length();

  // parameters of MicroKernel.compute
  private static final int STRIDES_AT = 1;
  private static final int A = 2;
  private static final int B = 4;
  private static final int BIAS = 6;
  private static final int C = 8;

  /** A local variable that is not there, since nothing needs it. */
  private static final int NONE = -1;

  private final BlockDescription d;
  private final CodeBuilder code;
  private final int[] sums; // [(group * rows + row) * vectors + vector]
  private final int[] positions; // of a that the block reads, ascending
  private final int group;
  private final int position;
  private final int tap;
  private final int vector;
  private final int row;

  private Translator(BlockDescription d, CodeBuilder code) {
    this.d = d;
    this.code = code;
    this.sums = new int[d.groups() * d.rows() * d.vectors()];
    this.positions =
        IntStream.range(0, d.rows())
            .flatMap(r -> IntStream.range(0, d.taps()).map(t -> positionOf(r, t)))
            .distinct()
            .sorted()
            .toArray();
    this.group = size("group", d.groups() > 1);
    this.position = size("position", positions[positions.length - 1] > 0);
    this.tap = size("tap", d.taps() > 1);
    this.vector = size("vector", d.vectors() > 1);
    this.row = size("row", d.groups() * d.rows() > 1);
  }

  /** The class file of a kernel of that name. */
  static byte[] classFile(BlockDescription d, String name) {
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            type ->
                type.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                    .withInterfaceSymbols(KERNEL)
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        ClassFile.ACC_PUBLIC,
                        code ->
                            code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
                    .withMethodBody(
                        "compute",
                        COMPUTE,
                        ClassFile.ACC_PUBLIC,
                        code -> new Translator(d, code).method()));
  }

  private int positionOf(int row, int tap) {
    return row * d.rowStep() + tap * d.tapStep();
  }

  /** A local variable with a size of {@link Strides}, where it is needed. */
  private int size(String name, boolean isNeeded) {
    if (!isNeeded) {
      return NONE;
    }
    code.aload(STRIDES_AT).invokevirtual(STRIDES, name, MethodTypeDesc.of(CD_int));
    return stored();
  }

  /** A new local variable with the number on the stack. */
  private int stored() {
    int local = code.allocateLocal(TypeKind.INT);
    code.istore(local);
    return local;
  }

  private void method() {
    for (int s = 0; s < sums.length; s++) {
      sums[s] = code.allocateLocal(TypeKind.REFERENCE);
    }
    if (d.channels()) {
      eachVectorOfChannels();
    } else {
      block(A + 1, B + 1, BIAS + 1, C + 1);
    }
    code.return_();
  }

  /** The last vector ends with the last channel, and computes some again, to the same bits. */
  private void eachVectorOfChannels() {
    int channels = size("channels", true);
    code.iconst_0();
    int i = stored();
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(i).iload(channels).if_icmpge(end);
    code.iload(i).iload(channels).loadConstant(L).isub();
    code.invokestatic(
        Math.class.describeConstable().orElseThrow(),
        "min",
        MethodTypeDesc.of(CD_int, CD_int, CD_int));
    int c = stored();
    block(sum(A + 1, c), sum(B + 1, c), sum(BIAS + 1, c), sum(C + 1, c));
    code.iinc(i, L).goto_(head).labelBinding(end);
  }

  private int sum(int local, int other) {
    code.iload(local).iload(other).iadd();
    return stored();
  }

  private void block(int a, int b, int bias, int c) {
    begin(bias, c);
    loops(0, a, b);
    for (int r = 0; r < d.groups() * d.rows(); r++) {
      for (int v = 0; v < d.vectors(); v++) {
        code.aload(sums[r * d.vectors() + v]);
        if (d.relu()) {
          code.dup().getstatic(OPERATORS, "LE", COMPARISON).fconst_0();
          code.invokevirtual(FLOAT_VECTOR, "compare", COMPARE);
          int mask = code.allocateLocal(TypeKind.REFERENCE);
          code.astore(mask).fconst_0().aload(mask);
          code.invokevirtual(FLOAT_VECTOR, "blend", BLEND);
        }
        code.aload(C);
        place(c, r, row).loadConstant(v * L).iadd();
        code.invokevirtual(FLOAT_VECTOR, "intoArray", STORE);
      }
    }
  }

  private void begin(int bias, int c) {
    for (int v = 0; v < d.vectors(); v++) {
      for (int r = 0; r < d.groups() * d.rows(); r++) {
        if (d.first() == First.TARGET) {
          species().aload(C);
          place(c, r, row).loadConstant(v * L).iadd();
          code.invokestatic(FLOAT_VECTOR, "fromArray", LOAD);
        } else if (r > 0) {
          code.aload(sums[v]);
        } else if (d.first() == First.BIAS) {
          species().aload(BIAS).iload(bias).loadConstant(v * L).iadd();
          code.invokestatic(FLOAT_VECTOR, "fromArray", LOAD);
        } else {
          species().fconst_0().invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
        }
        code.astore(sums[r * d.vectors() + v]);
      }
    }
  }

  private CodeBuilder species() {
    return code.getstatic(FLOAT_VECTOR, "SPECIES_PREFERRED", SPECIES);
  }

  /** Leaves on the stack: base + n * size, for the local variables of both. */
  private CodeBuilder place(int base, int n, int size) {
    code.iload(base);
    if (n == 1) {
      code.iload(size).iadd();
    } else if (n > 1) {
      code.iload(size).loadConstant(n).imul().iadd();
    }
    return code;
  }

  private void loops(int level, int a, int b) {
    if (level < d.loops()) {
      String name = level == 0 ? "outer" : "inner";
      int count = loopSize(name, "count");
      int aStep = loopSize(name, "a");
      int bStep = loopSize(name, "b");
      code.iload(a);
      int aNow = stored();
      code.iload(b);
      int bNow = stored();
      repeat(
          count,
          round -> {
            loops(level + 1, aNow, bNow);
            code.iload(aNow).iload(aStep).iadd().istore(aNow);
            code.iload(bNow).iload(bStep).iadd().istore(bNow);
          });
    } else {
      taps(a, b);
    }
  }

  private int loopSize(String loop, String name) {
    code.aload(STRIDES_AT).invokevirtual(STRIDES, loop, MethodTypeDesc.of(LOOP));
    code.invokevirtual(LOOP, name, MethodTypeDesc.of(CD_int));
    return stored();
  }

  private interface Round {
    void emit(int counter);
  }

  private void repeat(int count, Round round) {
    code.iconst_0();
    int counter = stored();
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(counter).iload(count).if_icmpge(end);
    round.emit(counter);
    code.iinc(counter, 1).goto_(head).labelBinding(end);
  }

  /**
   * The body. Where terms are counted, an index is the counter and something that stays: C2 then
   * needs no check of bounds in the loop. Else indices are made one from the other where they are
   * needed, so that they take no registers.
   */
  private void taps(int a, int b) {
    int[] aAt = new int[d.groups() * positions.length]; // a group after the other
    int[] bAt = new int[d.taps() * d.vectors()];
    if (!d.terms()) {
      multiply(a, b, aAt, bAt, NONE);
      return;
    }
    for (int p = 0; p < aAt.length; p++) {
      index(a, aAt, p);
    }
    for (int w = 0; w < bAt.length; w++) {
      weightIndex(b, bAt, w);
    }
    int terms = size("terms", true);
    repeat(terms, k -> multiply(a, b, aAt, bAt, k));
  }

  /** Makes the index of a position of a, from the one before it. */
  private void index(int a, int[] aAt, int p) {
    int g = p / positions.length;
    int number = p % positions.length;
    if (number > 0) {
      place(aAt[p - 1], positions[number] - positions[number - 1], position);
    } else {
      place(a, positions[0], position);
      if (g > 0) {
        code.iload(group).loadConstant(g).imul().iadd();
      }
    }
    aAt[p] = stored();
  }

  private void weightIndex(int b, int[] bAt, int w) {
    int v = w % d.vectors();
    if (v > 0) {
      code.iload(bAt[w - 1]).iload(vector).iadd();
    } else if (w > 0) {
      place(bAt[w - d.vectors()], 1, tap);
    } else {
      code.iload(b);
    }
    bAt[w] = stored();
  }

  private void multiply(int a, int b, int[] aAt, int[] bAt, int term) {
    int[] weights = new int[bAt.length];
    for (int w = 0; w < weights.length; w++) {
      if (term == NONE) {
        weightIndex(b, bAt, w);
      }
      species().aload(B).iload(bAt[w]);
      if (term != NONE) {
        code.iload(term).loadConstant(L).imul().iadd();
      }
      code.invokestatic(FLOAT_VECTOR, "fromArray", LOAD);
      weights[w] = code.allocateLocal(TypeKind.REFERENCE);
      code.astore(weights[w]);
    }
    int x = code.allocateLocal(TypeKind.REFERENCE);
    for (int p = 0; p < aAt.length; p++) {
      if (term == NONE) {
        index(a, aAt, p);
      }
      species().aload(A).iload(aAt[p]);
      if (term != NONE) {
        code.iload(term).iadd();
      }
      if (d.left() == Left.VECTOR) {
        code.invokestatic(FLOAT_VECTOR, "fromArray", LOAD);
      } else {
        code.faload().invokestatic(FLOAT_VECTOR, "broadcast", BROADCAST);
      }
      code.astore(x);
      multiplyRows(x, p / positions.length, positions[p % positions.length], weights);
    }
  }

  /** All that a position of a group is multiplied by. */
  private void multiplyRows(int x, int g, int at, int[] weights) {
    for (int r = 0; r < d.rows(); r++) {
      for (int t = 0; t < d.taps(); t++) {
        for (int v = 0; positionOf(r, t) == at && v < d.vectors(); v++) {
          int sum = sums[(g * d.rows() + r) * d.vectors() + v];
          code.aload(x).aload(weights[t * d.vectors() + v]).aload(sum);
          code.invokevirtual(FLOAT_VECTOR, "fma", FMA).astore(sum);
        }
      }
    }
  }
}
