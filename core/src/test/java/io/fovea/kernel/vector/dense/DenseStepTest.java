package io.fovea.kernel.vector.dense;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.kernel.geometry.DenseGeometry;
import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.DenseKernel;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.op.GradientSink;
import io.fovea.kernel.op.Guarded;
import io.fovea.kernel.op.LinearCase;
import io.fovea.kernel.op.LinearNumbers;
import io.fovea.kernel.op.LinearResult;
import io.fovea.kernel.op.Packing;
import io.fovea.kernel.op.Resources;
import io.fovea.kernel.vector.VectorKernels;
import io.fovea.parallel.Scratch;
import io.fovea.parallel.Workers;
import io.fovea.tensor.Shape;
import io.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The dense layer's step as training takes it: dx in the place of x, and the weight's gradient part
 * by part, which changes the weights of that part at once. Large batches go back in slices, and
 * many features are touched ahead.
 */
@EveryWidth
class DenseStepTest {
  private static final long SEED = 20261126;
  private static final int LANES = new VectorKernels().lanes();
  @AutoClose private static final Workers WORKERS = Workers.of(2);
  private static final Resources RESOURCES = new Resources(WORKERS, new Scratch(WORKERS.threads()));

  @ParameterizedTest
  @CsvSource({
    "1, 40, 0, 5",
    "7, 40, 3, 5",
    "64, 1100, 0, 20",
    "128, 1100, 0, 20",
    "97, 40, 0, 100",
    "179, 31, 0, 9",
    "180, 31, 0, 9",
    "192, 31, 5, 13",
    "193, 31, 0, 3",
    "257, 47, 1, 8",
    "200, 1090, 0, 11",
  })
  void backward_inPlaceOfTheInput_equalsTheReference(
      int images, int vectors, int more, int outputs) {
    DenseGeometry g = new DenseGeometry(Shape.of(vectors * LANES + more), outputs);
    LinearCase c = LinearCase.of(g, images);
    LinearNumbers numbers = LinearNumbers.integers(c, SEED);
    DenseKernel kernel = new VectorKernels().dense(g);
    Packing packing = kernel.packing();
    float[] w = packing.pack(Bound.narrow(numbers.w()));
    Tensor x = Guarded.output(c.input(), images);
    float[] values = Bound.narrow(numbers.x());
    System.arraycopy(values, 0, x.array(), x.offset(), values.length);
    Tensor dy = Guarded.input(Bound.narrow(numbers.dy()), c.output(), images);
    Tensor y = Guarded.output(c.output(), images);
    float[] db = new float[outputs];
    kernel.forward(y, x, w, Bound.narrow(numbers.b()), RESOURCES);

    Parts parts = new Parts(w);
    kernel.backward(x, parts, db, x, dy, w, RESOURCES);

    String text = "seed %d, %d lanes, %s:".formatted(SEED, LANES, c);
    parts.assertAllTaken(text);
    float[] dw = packing.unpack(parts.gradient);
    numbers.assertEqual(
        text,
        new LinearResult(Guarded.values(text + " y", y), Guarded.values(text + " dx", x), dw, db));
  }

  /** Slices of a batch are one chain of sums, as the whole batch is. */
  @ParameterizedTest
  @CsvSource({"180, 31, 0, 9", "193, 31, 7, 13", "200, 1090, 0, 11"})
  void backward_fractionsOfALargeBatch_hasTheBitsOfTheWholeBatchAtOnce(
      int images, int vectors, int more, int outputs) {
    DenseGeometry g = new DenseGeometry(Shape.of(vectors * LANES + more), outputs);
    LinearCase c = LinearCase.of(g, images);
    LinearNumbers numbers = LinearNumbers.reals(c, SEED);
    DenseKernel kernel = new VectorKernels().dense(g);
    float[] w = kernel.packing().pack(Bound.narrow(numbers.w()));
    Tensor x = Guarded.input(Bound.narrow(numbers.x()), c.input(), images);
    Tensor dy = Guarded.input(Bound.narrow(numbers.dy()), c.output(), images);
    Tensor dx = Guarded.output(c.input(), images);
    float[] dw = new float[w.length];
    float[] db = new float[outputs];
    kernel.backwardWeights(dw, db, x, dy, RESOURCES);
    kernel.backwardInput(dx, dy, w, RESOURCES);

    Tensor sliced = Guarded.output(c.input(), images);
    Parts parts = new Parts(w);
    kernel.backward(sliced, parts, db, x, dy, w, RESOURCES);

    String text = "seed %d, %d lanes, %s:".formatted(SEED, LANES, c);
    Bound.assertSameBits(text + " dw", parts.gradient, dw);
    Bound.assertSameBits(
        text + " dx", Guarded.values(text, sliced), Guarded.values(text + " whole", dx));
  }

  /**
   * Keeps the gradient, and spoils the weights that it belongs to. Looks at every second part only.
   */
  private static final class Parts implements GradientSink {
    private static final int LOOKED = 1;
    private static final int TAKEN = 2;

    private final float[] w;
    private final float[] gradient;
    private AtomicIntegerArray state = new AtomicIntegerArray(0);

    Parts(float[] w) {
      this.w = w;
      this.gradient = new float[w.length];
    }

    @Override
    public void begin(int parts) {
      state = new AtomicIntegerArray(parts);
    }

    @Override
    public boolean prefetch(int part, int from, int to) {
      assertThat(state.getAndSet(part, LOOKED)).as("part %d", part).isZero();
      assertThat(w[from]).as("weight %d", from).isNotNaN();
      assertThat(w[to - 1]).as("weight %d", to - 1).isNotNaN();
      return part % 2 == 0;
    }

    @Override
    public void accept(int part, float[] values, int at, int from, int to) {
      assertThat(state.getAndSet(part, TAKEN)).as("part %d", part).isEqualTo(LOOKED);
      System.arraycopy(values, at, gradient, from, to - from);
      Arrays.fill(w, from, to, Float.NaN);
    }

    void assertAllTaken(String text) {
      for (int part = 0; part < state.length(); part++) {
        assertThat(state.get(part)).as("%s part %d", text, part).isEqualTo(TAKEN);
      }
      assertThat(w).as(text + " weights that were in a part").containsOnly(Float.NaN);
    }
  }
}
