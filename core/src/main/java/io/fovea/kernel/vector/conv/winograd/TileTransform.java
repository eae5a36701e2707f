package io.fovea.kernel.vector.conv.winograd;

import io.fovea.kernel.vector.microkernel.LaneKernel;
import io.fovea.kernel.vector.microkernel.LaneProgram;
import io.fovea.kernel.vector.microkernel.LaneProgram.Value;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one-dimensional transforms of Winograd's convolution F(4, r): four outputs of a filter with r
 * taps from one tile of {@code size = 4 + r - 1} inputs, by {@code size} multiplications instead of
 * 4 * r (Winograd, "Arithmetic complexity of computations", 1980; Lavin and Gray, arXiv
 * 1509.09308).
 *
 * <pre>
 * y = A^T [ (G w) (.) (B^T x) ]             forward
 * dw = G^T [ (A dy) (.) (B^T x) ]           the same bilinear form, solved for the other arguments
 * dx = B [ (A dy) (.) (G w) ]
 * </pre>
 *
 * In two dimensions each transform is applied down the columns and along the rows. Along the rows,
 * a line is a vector of a tile: a transform reads element k of line n from {@code f + n * fromLine
 * + k * s} on, and writes element k to {@code t + n * toLine + k * d} and on. Down the columns, an
 * element is a run of {@code length} floats, a multiple of the lanes: it reads element k from
 * {@code f + k * s} on, and writes it to {@code t + k * d} and on. They are separate loops, because
 * a loop with constant steps needs no bounds checks and takes two thirds of the time.
 *
 * <p>Each is a {@link LaneProgram} of sums and differences that neighbouring points (p and -p)
 * share. The tests compare each kernel with its matrix.
 */
public final class TileTransform {
  static final int OUTPUTS = 4;

  private final int size;
  private final float[] filter;

  /** B^T: size inputs to size points. */
  final LaneKernel input;

  /** The same down the columns. */
  final LaneKernel inputRun;

  /**
   * B: size points to size inputs. Tiles overlap by r - 1 inputs, so the first r - 1 are added to
   * those of the tile before, the others are overwritten.
   */
  final LaneKernel inputAdjoint;

  /** The same down the columns. */
  final LaneKernel inputAdjointRun;

  /** A^T: size points to 4 outputs. */
  final LaneKernel output;

  /**
   * A^T on lines of one vector, plus a bias: bias[biasAt + q] is added to lane q of every line, and
   * the result is kept within bounds.
   */
  final LaneKernel outputWithBias;

  /** A: 4 outputs to size points. */
  final LaneKernel outputAdjoint;

  /** The same down the columns. */
  final LaneKernel outputAdjointRun;

  private TileTransform(int size, float[] filter, List<LaneProgram> programs) {
    this.size = size;
    this.filter = filter;
    List<LaneKernel> kernels = programs.stream().map(LaneProgram::kernel).toList();
    this.input = kernels.get(0);
    this.inputRun = kernels.get(1);
    this.inputAdjoint = kernels.get(2);
    this.inputAdjointRun = kernels.get(3);
    this.outputAdjoint = kernels.get(4);
    this.outputAdjointRun = kernels.get(5);
    this.output = kernels.get(6);
    this.outputWithBias = kernels.get(7);
  }

  /** The transform for 3 taps, made on first use. */
  private static final class Of6 {
    static final TileTransform TRANSFORM = new TileTransform(6, filterOf6(), programsOf6());
  }

  private static final class Of8 {
    static final TileTransform TRANSFORM = new TileTransform(8, filterOf8(), programsOf8());
  }

  /** The transform for a filter of {@code taps} taps: 3 or 5. */
  static TileTransform of(int taps) {
    return switch (taps) {
      case 3 -> Of6.TRANSFORM;
      case 5 -> Of8.TRANSFORM;
      default -> throw new IllegalArgumentException("winograd: no transform for " + taps + " taps");
    };
  }

  /** All programs, for the build. */
  public static List<LaneProgram> programs() {
    return Stream.concat(programsOf6().stream(), programsOf8().stream()).toList();
  }

  /** Tiles of 6 for filters of 3 taps: F(4, 3) at the points 0, 1, -1, 2, -2 and infinity. */
  private static List<LaneProgram> programsOf6() {
    Value[] x = LaneProgram.inputs(6);
    Value e1 = x[2].fma(-4, x[4]);
    Value o1 = x[1].fma(-4, x[3]);
    Value e2 = x[4].sub(x[2]);
    Value o2 = x[3].sub(x[1]).mul(2);
    List<Value> input =
        List.of(
            x[0].fma(4, x[2].fma(-5, x[4])),
            e1.add(o1),
            e1.sub(o1),
            e2.add(o2),
            e2.sub(o2),
            x[1].fma(4, x[3].fma(-5, x[5])));
    Value s1 = x[1].add(x[2]);
    Value m1 = x[1].sub(x[2]);
    Value s2 = x[3].add(x[4]);
    Value m2 = x[3].sub(x[4]);
    List<Value> inputAdjoint =
        List.of(
            x[0].mul(4).add(LaneProgram.before(0)),
            x[5].sub(m1).fma(4, m2.mul(-2)).add(LaneProgram.before(1)),
            x[0].fma(-5, s1.fma(-4, s2.neg())),
            x[5].fma(-5, m2.fma(2, m1)),
            x[0].add(s1).add(s2),
            x[5]);
    List<Value> output =
        List.of(x[0].add(s1).add(s2), m2.fma(2, m1), s2.fma(4, s1), m2.fma(8, m1.add(x[5])));
    Value even1 = x[0].add(x[2]);
    Value odd1 = x[1].add(x[3]);
    Value even2 = x[2].fma(4, x[0]);
    Value odd2 = x[3].fma(8, x[1].add(x[1]));
    List<Value> outputAdjoint =
        List.of(x[0], even1.add(odd1), even1.sub(odd1), even2.add(odd2), even2.sub(odd2), x[3]);
    return programs(6, input, inputAdjoint, output, outputAdjoint);
  }

  /**
   * Tiles of 8 for filters of 5 taps: F(4, 5) at the points 0, 1, -1, 2, -2, 1/2, -1/2 and
   * infinity.
   */
  private static List<LaneProgram> programsOf8() {
    Value[] x = LaneProgram.inputs(8);
    Value e1 = x[4].fma(-4.25f, x[2].add(x[6]));
    Value o1 = x[3].fma(-4.25f, x[1].add(x[5]));
    Value e2 = x[4].fma(-1.25f, x[2].fma(0.25f, x[6]));
    Value o2 = x[3].fma(-2.5f, x[1].fma(0.5f, x[5].add(x[5])));
    Value e3 = x[4].fma(-5, x[2].fma(4, x[6]));
    Value o3 = x[3].fma(-2.5f, x[5].fma(0.5f, x[1].add(x[1])));
    List<Value> input =
        List.of(
            x[4].sub(x[2]).fma(5.25f, x[0].sub(x[6])),
            e1.add(o1),
            e1.sub(o1),
            e2.add(o2),
            e2.sub(o2),
            e3.add(o3),
            e3.sub(o3),
            x[3].sub(x[5]).fma(5.25f, x[7].sub(x[1])));
    Value s1 = x[1].add(x[2]);
    Value m1 = x[1].sub(x[2]);
    Value s2 = x[3].add(x[4]);
    Value m2 = x[3].sub(x[4]);
    Value s3 = x[5].add(x[6]);
    Value m3 = x[5].sub(x[6]);
    List<Value> inputAdjoint =
        List.of(
            x[0].add(LaneProgram.before(0)),
            m3.fma(2, m2.fma(0.5f, m1.sub(x[7]))).add(LaneProgram.before(1)),
            x[0].fma(-5.25f, s3.fma(4, s2.fma(0.25f, s1))).add(LaneProgram.before(2)),
            x[7].fma(5.25f, m1.fma(-4.25f, m2.add(m3).mul(-2.5f))).add(LaneProgram.before(3)),
            x[0].fma(5.25f, s1.fma(-4.25f, s3.fma(-5, s2.mul(-1.25f)))),
            x[7].fma(-5.25f, m3.fma(0.5f, m2.fma(2, m1))),
            s1.add(s2).add(s3.sub(x[0])),
            x[7]);
    List<Value> output =
        List.of(
            x[0].add(s1).add(s2.add(s3)),
            m3.fma(0.5f, m2.fma(2, m1)),
            s3.fma(0.25f, s2.fma(4, s1)),
            m3.fma(0.125f, m2.fma(8, m1.add(x[7]))));
    Value even1 = x[0].add(x[2]);
    Value odd1 = x[1].add(x[3]);
    Value even2 = x[2].fma(4, x[0]);
    Value odd2 = x[3].fma(8, x[1].add(x[1]));
    Value even3 = x[2].fma(0.25f, x[0]);
    Value odd3 = x[3].fma(0.125f, x[1].mul(0.5f));
    List<Value> outputAdjoint =
        List.of(
            x[0],
            even1.add(odd1),
            even1.sub(odd1),
            even2.add(odd2),
            even2.sub(odd2),
            even3.add(odd3),
            even3.sub(odd3),
            x[3]);
    return programs(8, input, inputAdjoint, output, outputAdjoint);
  }

  private static List<LaneProgram> programs(
      int size,
      List<Value> input,
      List<Value> inputAdjoint,
      List<Value> output,
      List<Value> outputAdjoint) {
    String tile = "WinogradTileOf" + size + "_";
    return List.of(
        new LaneProgram(tile + "input", size, input, false, false),
        new LaneProgram(tile + "inputRun", size, input, true, false),
        new LaneProgram(tile + "inputAdjoint", size, inputAdjoint, false, false),
        new LaneProgram(tile + "inputAdjointRun", size, inputAdjoint, true, false),
        new LaneProgram(tile + "outputAdjoint", OUTPUTS, outputAdjoint, false, false),
        new LaneProgram(tile + "outputAdjointRun", OUTPUTS, outputAdjoint, true, false),
        new LaneProgram(tile + "output", size, output, false, false),
        new LaneProgram(tile + "outputWithBias", size, output, false, true));
  }

  private static float[] filterOf6() {
    float a = 1f / 6;
    float b = 1f / 24;
    return new float[] {
      0.25f, 0, 0, //
      -a, -a, -a, //
      -a, a, -a, //
      b, 2 * b, 4 * b, //
      b, -2 * b, 4 * b, //
      0, 0, 1
    };
  }

  private static float[] filterOf8() {
    float a = 2f / 9;
    float b = 1f / 90;
    float c = 32f / 45;
    return new float[] {
      1, 0, 0, 0, 0, //
      -a, -a, -a, -a, -a, //
      -a, a, -a, a, -a, //
      b, 2 * b, 4 * b, 8 * b, 16 * b, //
      b, -2 * b, 4 * b, -8 * b, 16 * b, //
      c, c / 2, c / 4, c / 8, c / 16, //
      c, -c / 2, c / 4, -c / 8, c / 16, //
      0, 0, 0, 0, 1
    };
  }

  /** Inputs of one tile in one dimension, which is also the number of points. */
  int size() {
    return size;
  }

  /** Taps of the filter in one dimension, r. */
  int taps() {
    return size - OUTPUTS + 1;
  }

  /** G, size x r, row-major. */
  float[] filter() {
    return filter.clone();
  }

  /** G^T, r x size, row-major. */
  float[] filterAdjoint() {
    float[] transposed = new float[filter.length];
    for (int p = 0; p < size; p++) {
      for (int u = 0; u < taps(); u++) {
        transposed[u * size + p] = filter[p * taps() + u];
      }
    }
    return transposed;
  }
}
