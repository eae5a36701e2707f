package io.fovea.kernel.vector.microkernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.kernel.op.Bound;
import io.fovea.kernel.op.Draw;
import io.fovea.kernel.op.EveryWidth;
import io.fovea.kernel.vector.machine.Lanes;
import io.fovea.kernel.vector.microkernel.LaneProgram.Before;
import io.fovea.kernel.vector.microkernel.LaneProgram.Call;
import io.fovea.kernel.vector.microkernel.LaneProgram.Constant;
import io.fovea.kernel.vector.microkernel.LaneProgram.Input;
import io.fovea.kernel.vector.microkernel.LaneProgram.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Random programs against plain loops, bit for bit. */
@EveryWidth
class LaneProgramTest {
  private static final int L = Lanes.COUNT;

  /** Values of three inputs and of each other, some of them used more than once. */
  private static List<Value> outputs(Draw draw, int count) {
    List<Value> values = new ArrayList<>(List.of(LaneProgram.inputs(3)));
    float[] factors = draw.reals(20);
    for (int i = 0; i < 20; i++) {
      Value a = values.get(draw.between(0, values.size() - 1));
      Value b = values.get(draw.between(0, values.size() - 1));
      values.add(
          switch (draw.between(0, 5)) {
            case 0 -> a.add(b);
            case 1 -> a.sub(b);
            case 2 -> a.mul(factors[i]);
            case 3 -> a.fma(factors[i % 3], b);
            case 4 -> a.add(LaneProgram.before(count - 1));
            default -> a.neg();
          });
    }
    List<Value> outputs = new ArrayList<>(values.reversed().subList(0, count));
    outputs.replaceAll(
        output -> draw.percent(30) ? output.sub(LaneProgram.before(count - 1)) : output);
    outputs.set(0, outputs.getFirst().add(LaneProgram.before(0)));
    return outputs;
  }

  private static float value(Value value, float[] inputs, float[] before) {
    return switch (value) {
      case Input input -> inputs[input.number()];
      case Before output -> before[output.output()];
      case Constant constant -> constant.number();
      case Call call -> {
        float a = value(call.receiver(), inputs, before);
        List<Float> b = call.arguments().stream().map(each -> value(each, inputs, before)).toList();
        yield switch (call.method()) {
          case "add" -> a + b.getFirst();
          case "sub" -> a - b.getFirst();
          case "mul" -> a * b.getFirst();
          case "fma" -> Math.fma(a, b.getFirst(), b.getLast());
          default -> -a;
        };
      }
    };
  }

  @Test
  void compute_randomPrograms_sameBitsAsPlainLoops() {
    Draw draw = new Draw(2711);
    for (int k = 0; k < 60; k++) {
      int count = draw.between(1, 4);
      boolean contiguous = draw.percent(50);
      boolean bias = draw.percent(50);
      String name = "Lanes_random" + k;
      LaneProgram program = new LaneProgram(name, 3, outputs(draw, count), contiguous, bias);
      int rounds = draw.between(1, 5);
      int step = contiguous ? L : draw.between(1, 3) * L;
      int s = rounds * step + draw.between(0, 3);
      float[] from = draw.reals(2 + 3 * s + L);
      float[] to = draw.reals(1 + count * s + L);
      float[] b = draw.reals(3 + L);
      float low = draw.percent(50) ? 0 : Float.NEGATIVE_INFINITY;
      float high = draw.percent(50) ? 0.25f : Float.POSITIVE_INFINITY;
      float[] expected = to.clone();
      for (int round = 0; round < rounds; round++) {
        for (int lane = 0; lane < L; lane++) {
          int at = round * step + lane;
          float[] inputs = {from[2 + at], from[2 + at + s], from[2 + at + 2 * s]};
          float[] before = new float[count];
          for (int i = 0; i < count; i++) {
            before[i] = to[1 + at + i * s];
          }
          for (int i = 0; i < count; i++) {
            float value = value(program.outputs().get(i), inputs, before);
            expected[1 + at + i * s] =
                !bias ? value : Math.min(Math.max(value + b[3 + lane], low), high);
          }
        }
      }
      LaneKernel kernel = program.kernel();
      int length = contiguous ? rounds * L : rounds;
      kernel.compute(to, 1, s, step, from, 2, s, step, length, b, 3, low, high);
      Bound.assertSameBits("case %d: %s".formatted(k, program), to, expected);
      assertThat(kernel.getClass().getSimpleName()).isEqualTo(name);
    }
  }

  @Test
  void compute_operandTooShort_isRefused() {
    Value[] x = LaneProgram.inputs(2);
    LaneKernel kernel =
        new LaneProgram("Lanes_short", 2, List.of(x[0].add(x[1])), true, false).kernel();
    float[] enough = new float[4 * L];
    assertThatThrownBy(() -> kernel.compute(new float[2 * L - 1], 0, 0, enough, 0, L, 2 * L))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
