package io.fovea.kernel.vector.elementwise;

import static io.fovea.kernel.vector.machine.Lanes.SPECIES;

import io.fovea.kernel.op.UpdateKernel;
import io.fovea.kernel.vector.machine.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Updates a vector at a time, with the bits of the plain loops: no multiply-add is fused. C2 does
 * not vectorise those loops, since the gradient has another index and might be the same array (17 %
 * of a step of the pooled network).
 */
public final class VectorUpdate implements UpdateKernel {
  private static final int L = Lanes.COUNT;

  @Override
  public void momentum(Momentum step, float[] w, float[] v, float[] g, int gAt, int from, int to) {
    FloatVector rate = FloatVector.broadcast(SPECIES, step.rate());
    FloatVector keep = FloatVector.broadcast(SPECIES, step.keep());
    FloatVector decay = FloatVector.broadcast(SPECIES, step.decay());
    int shift = gAt - from;
    int i = from;
    if (step.nesterov()) {
      for (; i + L <= to; i += L) {
        FloatVector weight = FloatVector.fromArray(SPECIES, w, i);
        FloatVector gradient = FloatVector.fromArray(SPECIES, g, shift + i).add(weight.mul(decay));
        FloatVector velocity =
            FloatVector.fromArray(SPECIES, v, i).mul(keep).add(gradient).add(TINY).sub(TINY);
        velocity.intoArray(v, i);
        weight.sub(gradient.add(velocity.mul(keep)).mul(rate)).intoArray(w, i);
      }
    } else {
      for (; i + L <= to; i += L) {
        FloatVector weight = FloatVector.fromArray(SPECIES, w, i);
        FloatVector gradient = FloatVector.fromArray(SPECIES, g, shift + i).add(weight.mul(decay));
        FloatVector velocity =
            FloatVector.fromArray(SPECIES, v, i).mul(keep).add(gradient).add(TINY).sub(TINY);
        velocity.intoArray(v, i);
        weight.sub(velocity.mul(rate)).intoArray(w, i);
      }
    }
    UpdateKernel.super.momentum(step, w, v, g, shift + i, i, to);
  }

  @Override
  public void adam(
      Adam step, float[] w, float[] m, float[] v, float[] g, int gAt, int from, int to) {
    FloatVector decay = FloatVector.broadcast(SPECIES, step.decay());
    int shift = gAt - from;
    int i = from;
    for (; i + L <= to; i += L) {
      FloatVector weight = FloatVector.fromArray(SPECIES, w, i);
      FloatVector gradient = FloatVector.fromArray(SPECIES, g, shift + i).add(weight.mul(decay));
      FloatVector mean =
          FloatVector.fromArray(SPECIES, m, i)
              .mul(step.keepMean())
              .add(gradient.mul(step.takeMean()))
              .add(TINY)
              .sub(TINY);
      FloatVector square =
          FloatVector.fromArray(SPECIES, v, i)
              .mul(step.keepSquare())
              .add(gradient.mul(step.takeSquare()).mul(gradient));
      mean.intoArray(m, i);
      square.intoArray(v, i);
      FloatVector root =
          square.lanewise(VectorOperators.SQRT).mul(step.correction()).add(step.epsilon());
      weight.mul(step.shrink()).sub(mean.mul(step.rate()).div(root)).intoArray(w, i);
    }
    UpdateKernel.super.adam(step, w, m, v, g, shift + i, i, to);
  }
}
