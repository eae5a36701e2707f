package io.fovea.kernel.vector.microkernel;

import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.function.IntConsumer;

/**
 * Generates indices and counted loops as bytecode. Numbers are identified by their local variables.
 *
 * @param strides the local variable of the {@link Strides}
 */
record IndexCode(CodeBuilder code, int strides) {
  /** No local variable. */
  static final int NONE = -1;

  private static final ClassDesc PARTS = VectorCode.of(Parts.class);
  private static final ClassDesc STRIDES = VectorCode.of(Strides.class);
  private static final MethodTypeDesc MIN = MethodTypeDesc.of(CD_int, CD_int, CD_int);

  /** A size: a constant, or a local variable if {@code local} is not {@link #NONE}. */
  record Size(Extent constant, int local) {
    static Size constant(Extent value) {
      return new Size(value, NONE);
    }

    static Size local(int variable) {
      return new Size(Extent.ARGUMENT, variable);
    }

    boolean isConstant() {
      return local == NONE;
    }
  }

  /** Loads a size of {@link Strides}, if it is needed and not a constant. */
  Size size(String name, Extent constant, boolean isNeeded) {
    return new Size(constant, isNeeded && constant.isArgument() ? argument(name) : NONE);
  }

  /** Loads a size of {@link Strides} to a local variable. */
  int argument(String name) {
    code.aload(strides).getfield(STRIDES, name, CD_int);
    return stored();
  }

  /** Stores the int on the stack to a new local variable. */
  int stored() {
    int local = code.allocateLocal(TypeKind.INT);
    code.istore(local);
    return local;
  }

  int copy(int local) {
    code.iload(local);
    return stored();
  }

  int sum(int local, int other) {
    code.iload(local).iload(other).iadd();
    return stored();
  }

  /** A new local variable: from + n * size. */
  int moved(int from, int n, Size size) {
    code.iload(from);
    plus(n, size);
    return stored();
  }

  /** Stack: index; then: index + n * size. */
  void plus(int n, Size size) {
    if (size.isConstant()) {
      plus(size.constant.times(n));
    } else if (n > 0) {
      code.iload(size.local);
      if (n > 1) {
        code.loadConstant(n).imul();
      }
      code.iadd();
    }
  }

  /** Stack: index; then: index + constant. */
  void plus(Extent constant) {
    if (constant.vectors() != 0) {
      load(Extent.vectors(constant.vectors()));
      code.iadd();
    }
    if (constant.floats() != 0) {
      code.loadConstant(constant.floats()).iadd();
    }
  }

  /** Pushes a constant. */
  void load(Extent constant) {
    if (constant.vectors() == 0) {
      code.loadConstant(constant.floats());
      return;
    }
    code.getstatic(PARTS, "L", CD_int);
    if (constant.vectors() != 1) {
      code.loadConstant(constant.vectors()).imul();
    }
    if (constant.floats() != 0) {
      code.loadConstant(constant.floats()).iadd();
    }
  }

  /** Stack: index; then: index + counter * size. */
  void plusProduct(int counter, Size size) {
    code.iload(counter);
    if (!size.isConstant()) {
      code.iload(size.local).imul();
    } else if (!size.constant.equals(Extent.floats(1))) {
      load(size.constant);
      code.imul();
    }
    code.iadd();
  }

  void advance(int local, Size size) {
    code.iload(local);
    plus(1, size);
    code.istore(local);
  }

  void advance(int local, int step) {
    advance(local, Size.local(step));
  }

  /** Stack: two numbers; then: the smaller one. */
  void min() {
    code.invokestatic(VectorCode.of(Math.class), "min", MIN);
  }

  /** A loop of {@code count} iterations; {@code round} gets the local variable of the counter. */
  void repeat(Size count, IntConsumer round) {
    code.iconst_0();
    int counter = stored();
    Label head = code.newBoundLabel();
    Label end = code.newLabel();
    code.iload(counter);
    if (count.isConstant()) {
      load(count.constant);
    } else {
      code.iload(count.local);
    }
    code.if_icmpge(end);
    round.accept(counter);
    code.iinc(counter, 1).goto_(head).labelBinding(end);
  }
}
