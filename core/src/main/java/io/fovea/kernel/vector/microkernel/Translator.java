package io.fovea.kernel.vector.microkernel;

import static io.fovea.kernel.vector.microkernel.IndexCode.NONE;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import io.fovea.kernel.vector.microkernel.BlockDescription.First;
import io.fovea.kernel.vector.microkernel.BlockDescription.Terms;
import io.fovea.kernel.vector.microkernel.BlockDescription.Walk;
import io.fovea.kernel.vector.microkernel.BlockDescription.Width;
import io.fovea.kernel.vector.microkernel.IndexCode.Size;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Turns a {@link BlockDescription} into the bytecode of a hand-written block: a local variable for
 * each sum and each vector of b, and loops around them. Arrays of vectors would not work: C2 keeps
 * a vector in a register only if it is a local variable.
 */
final class Translator {
  private static final ClassDesc STRIDES = VectorCode.of(Strides.class);
  private static final ClassDesc FLOATS = CD_float.arrayType();

  private static final MethodTypeDesc COMPUTE =
      MethodTypeDesc.of(
          CD_void, STRIDES, FLOATS, CD_int, FLOATS, CD_int, FLOATS, CD_int, FLOATS, CD_int);

  // parameters of MicroKernel.compute
  private static final int STRIDES_AT = 1;
  private static final int A = 2;
  private static final int B = 4;
  private static final int FIRST = 6;
  private static final int C = 8;

  private static final Extent NOTHING = Extent.floats(0);
  private static final Extent VECTOR = Extent.vectors(1);

  /** Half of a vector of 512 bits. */
  private static final Extent HALF = Extent.floats(8);

  private final BlockDescription d;
  private final CodeBuilder code;
  private final IndexCode ints;
  private final VectorCode vectors;
  private final int parts; // of a vector
  private final int rows; // of all groups
  private final int[] sums; // [(row * vectors + vector) * parts + part]
  private final int[] positions; // of a that a group reads, ascending
  private final Size group;
  private final Size position;
  private final Size tap;
  private final Size vector;
  private final Size firstRow;
  private final Size row;
  private final Size column;
  private final Size termA;
  private final Size termB;
  private final int stored; // the number of stored lanes, if it is an argument

  private Translator(BlockDescription d, CodeBuilder code) {
    this.d = d;
    this.code = code;
    this.ints = new IndexCode(code, STRIDES_AT);
    this.vectors = new VectorCode(code, d);
    this.parts = d.parts();
    this.rows = d.groups() * d.rows();
    this.sums = new int[rows * d.vectors() * parts];
    this.positions = d.positions();
    this.group = ints.size("group", Extent.ARGUMENT, d.groups() > 1);
    this.position = ints.size("position", d.position(), positions[positions.length - 1] > 0);
    this.tap = ints.size("tap", Extent.ARGUMENT, d.taps() > 1);
    this.vector = ints.size("vector", d.vector(), d.vectors() > d.panel());
    boolean isEach = d.first() == First.BIAS_EACH;
    this.firstRow = isEach ? ints.size("firstRow", Extent.ARGUMENT, true) : Size.constant(NOTHING);
    this.row = ints.size("row", d.row(), rows > 1);
    this.column = ints.size("column", d.column(), d.vectors() > 1);
    this.termA = ints.size("termA", d.terms().a(), true);
    this.termB = ints.size("termB", d.terms().b(), true);
    boolean isPart = d.width() == Width.HALF || d.width() == Width.QUARTER;
    this.stored = isPart ? ints.argument("lanes") : NONE;
  }

  private int bound(int number) {
    int local = code.allocateLocal(TypeKind.FLOAT);
    code.aload(STRIDES_AT).getfield(STRIDES, "bounds", CD_float.arrayType());
    code.loadConstant(number).faload().fstore(local);
    return local;
  }

  static byte[] classFile(BlockDescription d, String name) {
    return classFile(name, MicroKernel.class, COMPUTE, code -> new Translator(d, code).method());
  }

  /** The class file of a class with {@code compute} as its only method. */
  static byte[] classFile(
      String name, Class<?> kernel, MethodTypeDesc type, Consumer<CodeBuilder> compute) {
    return ClassFile.of()
        .build(
            ClassDesc.of(name),
            file ->
                file.withVersion(ClassFile.JAVA_25_VERSION, 0) // a newer JDK would write its own
                    .withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                    .withInterfaceSymbols(VectorCode.of(kernel))
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        ClassFile.ACC_PUBLIC,
                        code ->
                            code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
                    .withMethodBody("compute", type, ClassFile.ACC_PUBLIC, compute));
  }

  private void method() {
    Arrays.setAll(sums, s -> code.allocateLocal(TypeKind.REFERENCE));
    switch (d.repeat()) {
      case ONCE -> block(A + 1, B + 1, FIRST + 1, C + 1);
      case CHANNELS -> eachVectorOfChannels();
      case BLOCKS -> eachBlock();
    }
    code.return_();
  }

  /**
   * A loop over vectors of channels: the last vector ends with the last channel, and computes some
   * again, to the same bits.
   */
  private void eachVectorOfChannels() {
    int channels = ints.argument("repeats");
    code.iconst_0();
    int i = ints.stored();
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(i).iload(channels).if_icmpge(end);
    code.iload(i).iload(channels);
    ints.load(VECTOR);
    code.isub();
    ints.min();
    int c = ints.stored();
    block(ints.sum(A + 1, c), ints.sum(B + 1, c), ints.sum(FIRST + 1, c), ints.sum(C + 1, c));
    ints.advance(i, Size.constant(VECTOR));
    code.goto_(head).labelBinding(end);
  }

  private void eachBlock() {
    int[] steps = {
      ints.argument("repeatA"),
      ints.argument("repeatB"),
      ints.argument("repeatFirst"),
      ints.argument("repeatC")
    };
    int[] now = {ints.copy(A + 1), ints.copy(B + 1), ints.copy(FIRST + 1), ints.copy(C + 1)};
    ints.repeat(
        Size.local(ints.argument("repeats")),
        round -> {
          block(now[0], now[1], now[2], now[3]);
          for (int i = 0; i < now.length; i++) {
            ints.advance(now[i], steps[i]);
          }
        });
  }

  private void block(int a, int b, int first, int c) {
    for (int s = 0; s < sums.length; s++) {
      begin(s, first, c);
    }
    loops(0, a, b);
    int low = d.clamp() ? bound(0) : NONE; // loaded here, so that they take no registers before
    int high = d.clamp() ? bound(1) : NONE;
    for (int s = 0; s < sums.length; s += parts) {
      vectors.join(sums[s], sums[s + parts - 1]);
      if (d.clamp()) {
        vectors.clamp(low, high, code.allocateLocal(TypeKind.REFERENCE));
      }
      code.aload(C);
      place(c, s, row, column);
      vectors.store(stored);
    }
  }

  private void begin(int s, int first, int c) {
    int above = s - d.vectors() * parts;
    boolean isSame = d.first() == First.ZERO || d.first() == First.BIAS;
    if (isSame && above >= 0) {
      code.aload(sums[above]);
    } else if (d.first() == First.ZERO) {
      vectors.zero();
    } else {
      vectors.species().aload(d.first() == First.TARGET ? C : FIRST);
      if (d.first() == First.TARGET) {
        place(c, s, row, column);
      } else {
        place(first, s, firstRow, Size.constant(VECTOR));
      }
      vectors.load();
    }
    code.astore(sums[s]);
  }

  /** Pushes the index of a sum, relative to a local variable. */
  private void place(int base, int s, Size down, Size aside) {
    code.iload(base);
    ints.plus(s / parts / d.vectors(), down);
    ints.plus(s / parts % d.vectors(), aside);
    ints.plus(HALF.times(s % parts));
  }

  private void loops(int level, int a, int b) {
    if (level == d.loops()) {
      terms(a, b);
      return;
    }
    String name = level == 0 ? "outer" : "inner";
    int count = ints.argument(name);
    int aStep = ints.argument(name + "A");
    int bStep = ints.argument(name + "B");
    int aNow = ints.copy(a);
    int bNow = ints.copy(b);
    ints.repeat(
        Size.local(count),
        round -> {
          loops(level + 1, aNow, bNow);
          ints.advance(aNow, aStep);
          ints.advance(bNow, bStep);
        });
  }

  private void terms(int a, int b) {
    Terms terms = d.terms();
    if (!terms.isLoop()) {
      new Body(a, b, NONE).multiply();
    } else if (!terms.panels()) {
      term(a, b, ints.size("terms", terms.count(), true));
    } else {
      panels(a, b);
    }
  }

  /** A loop around panels, of which the last may have fewer terms. */
  private void panels(int a, int b) {
    Size length = Size.constant(d.terms().count());
    int aStep = ints.argument("outerA");
    int bStep = ints.argument("outerB");
    int aNow = ints.copy(a);
    int bNow = ints.copy(b);
    int left = ints.argument("terms");
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(left).ifle(end);
    code.iload(left);
    ints.load(length.constant());
    ints.min();
    term(aNow, bNow, Size.local(ints.stored()));
    ints.advance(aNow, aStep);
    ints.advance(bNow, bStep);
    code.iload(left);
    ints.load(length.constant());
    code.isub().istore(left).goto_(head).labelBinding(end);
  }

  private void term(int a, int b, Size count) {
    if (d.terms().walk() == Walk.COUNTED) {
      Body body = new Body(a, b, 0);
      body.placeAll();
      ints.repeat(count, k -> body.at(k).multiply());
      return;
    }
    int aNow = ints.copy(a);
    int bNow = ints.copy(b);
    ints.repeat(
        count,
        k -> {
          new Body(aNow, bNow, NONE).multiply();
          ints.advance(aNow, termA);
          ints.advance(bNow, termB);
        });
  }

  /**
   * The body of all loops. With counted terms, an index is the counter times a step plus a
   * loop-invariant value that is computed before the loop. Else each index is computed from the one
   * before it when it is needed, so that indices take no registers.
   */
  private final class Body {
    private final int a;
    private final int b;
    private final int[] aAt = new int[d.groups() * positions.length]; // by group
    private final int[] bAt = new int[d.taps() * d.vectors()];
    private int counter;

    Body(int a, int b, int counter) {
      this.a = a;
      this.b = b;
      this.counter = counter;
    }

    Body at(int local) {
      counter = local;
      return this;
    }

    void placeAll() {
      for (int p = 0; p < aAt.length; p++) {
        placeLeft(p);
      }
      for (int w = 0; w < bAt.length; w++) {
        placeRight(w);
      }
    }

    /** Computes the index of a position of a from the one before it; constants are added later. */
    private void placeLeft(int p) {
      int number = p % positions.length;
      int before = number == 0 ? 0 : positions[number - 1];
      if (p == 0) {
        aAt[p] = a;
      } else if (number == 0) {
        aAt[p] = ints.moved(aAt[p - positions.length], 1, group);
      } else if (!position.isConstant()) {
        aAt[p] = ints.moved(aAt[p - 1], positions[number] - before, position);
      } else {
        aAt[p] = aAt[p - 1];
      }
    }

    private void placeRight(int w) {
      int v = w % d.vectors();
      if (w == 0) {
        bAt[w] = b;
      } else if (v == 0) {
        bAt[w] = ints.moved(bAt[w - d.vectors()], 1, tap);
      } else {
        boolean moves = !vector.isConstant() && v % d.panel() == 0;
        bAt[w] = moves ? ints.moved(bAt[w - 1], 1, vector) : bAt[w - 1];
      }
    }

    private void index(int base, Extent constant, Size step) {
      code.iload(base);
      ints.plus(constant); // before the counter: 1.1 times as fast as after it
      if (counter != NONE) {
        ints.plusProduct(counter, step);
      }
    }

    void multiply() {
      int[] weights = new int[bAt.length * parts];
      for (int w = 0; w < bAt.length; w++) {
        if (counter == NONE) {
          placeRight(w);
        }
        int v = w % d.vectors();
        Extent panels = vector.isConstant() ? d.vector().times(v / d.panel()) : NOTHING;
        for (int part = 0; part < parts; part++) {
          vectors.species().aload(B);
          Extent beside = panels.plus(VECTOR.times(v % d.panel()));
          index(bAt[w], beside.plus(HALF.times(part)), termB);
          vectors.load();
          weights[w * parts + part] = code.allocateLocal(TypeKind.REFERENCE);
          code.astore(weights[w * parts + part]);
        }
      }
      int x = code.allocateLocal(TypeKind.REFERENCE);
      for (int p = 0; p < aAt.length; p++) {
        if (counter == NONE) {
          placeLeft(p);
        }
        int at = positions[p % positions.length];
        vectors.species().aload(A);
        index(aAt[p], position.isConstant() ? d.position().times(at) : NOTHING, termA);
        vectors.loadLeft();
        code.astore(x);
        multiplyRows(x, p / positions.length, at, weights);
      }
    }

    /** Generates all multiply-adds of a position of a group. */
    private void multiplyRows(int x, int g, int at, int[] weights) {
      for (int r = 0; r < d.rows(); r++) {
        for (int t = 0; t < d.taps(); t++) {
          for (int v = 0; d.position(r, t) == at && v < d.vectors() * parts; v++) {
            int sum = sums[(g * d.rows() + r) * d.vectors() * parts + v];
            vectors.multiplyAdd(x, weights[t * d.vectors() * parts + v], sum);
          }
        }
      }
    }
  }
}
